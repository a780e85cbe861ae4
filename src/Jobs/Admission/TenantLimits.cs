using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Jobs;

/// <summary>What one tenant may use.</summary>
public sealed record TenantLimits
{
    /// <summary>Share of the devices when others want them too; 2 gets twice what 1 gets. Default 1.</summary>
    [Range(0.001, 1000.0)]
    public double Weight { get; init; } = 1;

    /// <summary>Jobs that are queued or running at most. Default 1000.</summary>
    [Range(0, 100_000_000)]
    public int UnfinishedCountMax { get; init; } = 1000;

    /// <summary>Device-seconds per UTC day; null (the default) is unlimited.</summary>
    [Range(0.0, 1e12)]
    public double? DeviceSecondsPerDayMax { get; init; }
}

/// <summary>What a tenant uses at this moment.</summary>
/// <param name="UnfinishedCount">Jobs queued or running.</param>
/// <param name="UnfinishedCostSeconds">Their predicted device-seconds.</param>
/// <param name="DeviceSecondsToday">Device-seconds of the jobs that ended this UTC day.</param>
public sealed record TenantUse(int UnfinishedCount, double UnfinishedCostSeconds, double DeviceSecondsToday);
