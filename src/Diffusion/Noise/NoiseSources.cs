namespace OrleansDiffusion.Diffusion.Noise;

/// <summary>The generators a job can ask for by name.</summary>
public static class NoiseSources
{
    public const string Default = TorchCpuNoise.KindName;

    public static IReadOnlyList<string> Kinds { get; } = [TorchCpuNoise.KindName, PhiloxNoise.KindName];

    /// <summary>A fresh stream, or null when there is no such kind.</summary>
    public static INoise? Create(string kind, long seed) => kind switch
    {
        TorchCpuNoise.KindName => new TorchCpuNoise(seed),
        PhiloxNoise.KindName => new PhiloxNoise(seed),
        _ => null,
    };

    /// <summary>A stream that continues where <see cref="INoise.ExportState"/> was called, or null when there is no such kind.</summary>
    /// <exception cref="FormatException">The bytes are not a state of this kind.</exception>
    public static INoise? Import(string kind, ReadOnlySpan<byte> state) => kind switch
    {
        TorchCpuNoise.KindName => TorchCpuNoise.Import(state),
        PhiloxNoise.KindName => PhiloxNoise.Import(state),
        _ => null,
    };
}
