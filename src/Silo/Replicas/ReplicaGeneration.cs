using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>
/// A pipeline with its sessions, and how many pictures are in work on it. A picture stays with the generation that it
/// began with: other sessions would change its last digits.
/// </summary>
internal sealed class ReplicaGeneration(TextToImage pipeline, OnnxModel sessions)
{
    private int _sampleCount;

    public TextToImage Pipeline => pipeline;

    public OnnxModel Sessions => sessions;

    /// <summary>Tells samples of different generations apart, which must not share a step.</summary>
    public string Name { get; } = sessions.Provider.Tuning.ToString();

    public bool IsIdle => Volatile.Read(ref _sampleCount) == 0;

    public void Enter() => Interlocked.Increment(ref _sampleCount);

    public void Leave() => Interlocked.Decrement(ref _sampleCount);

    /// <summary>On the device's lane.</summary>
    public void Dispose()
    {
        pipeline.Dispose();
        sessions.Dispose();
    }
}
