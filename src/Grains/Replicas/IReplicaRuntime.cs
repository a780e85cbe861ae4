using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// A model on a device, driven step by step. Every method runs on the device's own lane and is awaited; the replica
/// calls one at a time. Disposing it frees the device's memory.
/// </summary>
public interface IReplicaRuntime : IAsyncDisposable
{
    /// <summary>
    /// Prepares picture <paramref name="imageIndex"/> of a job up to its first step: prompt encoded, noise drawn with
    /// <c>spec.SeedOf(imageIndex)</c>, timesteps made.
    /// </summary>
    /// <param name="spec">The job.</param>
    /// <param name="imageIndex">0-based.</param>
    /// <param name="checkpoint">What <see cref="Checkpoint"/> wrote, to go on from there; empty to begin.</param>
    /// <param name="cancellation">Stops waiting for the lane.</param>
    /// <exception cref="InferenceException">The runtime refused or failed, or the checkpoint is not of this picture.</exception>
    Task<IReplicaSample> Begin(GenerationSpec spec, int imageIndex, ReadOnlyMemory<byte> checkpoint, CancellationToken cancellation);

    /// <summary>
    /// Denoising steps for samples of equal shape, each at its own timestep: one at least, then more up to
    /// <paramref name="stepCountMax"/> while every sample has one to go and is finite. A sample's result does not depend on
    /// the others.
    /// </summary>
    /// <exception cref="InferenceException">The runtime refused or failed; none of the samples may be used any more.</exception>
    Task Step(IReadOnlyList<IReplicaSample> samples, int stepCountMax, CancellationToken cancellation);

    /// <summary>A small picture of the work so far, cheap against a step.</summary>
    Task<RgbImage> Preview(IReplicaSample sample, CancellationToken cancellation);

    /// <summary>Latent, sampler and generator state: enough for <see cref="Begin"/> to go on anywhere with the same result.</summary>
    Task<byte[]> Checkpoint(IReplicaSample sample, CancellationToken cancellation);

    /// <summary>The finished picture's pixels.</summary>
    Task<RgbImage> Decode(IReplicaSample sample, CancellationToken cancellation);
}

/// <summary>One picture in work on a device. Read between steps only.</summary>
public interface IReplicaSample : IDisposable
{
    int StepsDone { get; }

    /// <summary>Steps of the whole picture; a few samplers take another number than the spec names.</summary>
    int StepCount { get; }

    /// <summary>False once the latent holds NaN or infinity: the picture is lost, and a repeat would lose it again.</summary>
    bool IsFinite { get; }

    /// <summary>Samples of equal keys may be advanced in one step.</summary>
    string ShapeKey { get; }

    /// <summary>What the job's owner should know, such as a truncated prompt.</summary>
    IReadOnlyList<string> Warnings { get; }
}
