using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulator;

/// <summary>What decides in a simulation: the objects that decide in production, with their settings.</summary>
public sealed record SimulatedPolicy
{
    public required string Name { get; init; }

    /// <summary>Every model's pool has this one.</summary>
    public required PoolPolicy Pool { get; init; }

    public required IResidencyPolicy Residency { get; init; }

    /// <summary>One replica for every waiting request, as if its device time were not known.</summary>
    public bool CountsRequests { get; init; }

    /// <summary>Chooses the way onto a device by <see cref="StartEstimate"/>; otherwise room first, then a new device, then eviction.</summary>
    public bool EstimatesStart { get; init; }

    /// <summary>All devices are on from the first to the last moment.</summary>
    public bool IsAllOn { get; init; }
}
