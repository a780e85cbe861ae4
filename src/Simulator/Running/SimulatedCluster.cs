namespace OrleansDiffusion.Simulator;

/// <summary>The devices that a simulation may use.</summary>
public sealed record SimulatedCluster
{
    /// <summary>On at most; a device without a replica is off.</summary>
    public required int DeviceCount { get; init; }

    /// <summary>Models that fit on a device at once; it works on one job at a time all the same.</summary>
    public int ResidentCount { get; init; } = 1;

    /// <summary>From the order of a replica on a device that is on to Ready.</summary>
    public double LoadSeconds { get; init; } = 80;

    /// <summary>Before that, on a device that is off.</summary>
    public double ProvisionSeconds { get; init; }

    /// <summary>Seconds of real loads, from which each load draws its own; null gives every load <see cref="LoadSeconds"/>.</summary>
    public IReadOnlyList<double>? MeasuredLoads { get; init; }

    /// <summary>Of the draws.</summary>
    public ulong Seed { get; init; } = 1;
}
