using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>
/// A noise schedule laid out for a number of steps, and its update rule. Immutable: many jobs may share one. What
/// changes during a job is its <see cref="SamplerState"/>. Latents are float[C*h*w] of one picture.
/// </summary>
public interface ISampler
{
    /// <summary>What the network is told at each of its calls, first to last, in 0..T-1; fractions for some schedules.</summary>
    IReadOnlyList<double> Timesteps { get; }

    /// <summary>Noise level per call and a last one for the finished latent; empty where the rule works on alphas instead.</summary>
    IReadOnlyList<float> Sigmas { get; }

    /// <summary>Standard deviation of the first latent: unit noise is multiplied by it.</summary>
    float InitialNoiseSigma { get; }

    /// <summary>How many tensors of latent size the rule keeps from step to step.</summary>
    int HistoryCount { get; }

    /// <summary>The latent as the network wants it, of unit variance.</summary>
    void ScaleInput(int step, ReadOnlySpan<float> latent, Span<float> input);

    /// <summary>A picture's latent under the noise that belongs to a step: how image-to-image starts.</summary>
    void AddNoise(int step, ReadOnlySpan<float> picture, ReadOnlySpan<float> noise, Span<float> latent);

    /// <summary>Moves the latent from the state's step to the next one, in place.</summary>
    /// <param name="state">This job's own; advanced by one.</param>
    /// <param name="prediction">The network's answer, after guidance.</param>
    /// <param name="latent">In: at the state's step. Out: at the next.</param>
    /// <param name="noise">Drawn from once per step by the stochastic rules, never by the others.</param>
    void Step(SamplerState state, ReadOnlySpan<float> prediction, Span<float> latent, INoise noise);
}
