using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>How pools keep their replicas.</summary>
public sealed class PoolOptions
{
    public const string Section = "Diffusion:Pools";

    /// <summary>How often a pool looks at itself when nothing happens. Shorter notices time passing sooner and costs calls. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a place is kept for a job that is being committed. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan PlaceKept { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Least time between two rounds of telling waiting jobs where they stand. Default 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan PlacesToldInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Waiting jobs that are told in one round, from the head. Default 200.</summary>
    [Range(1, 100_000)]
    public int PlacesToldCountMax { get; set; } = 200;

    /// <summary>
    /// How long accepted jobs wait for a device that could hold their model, when none of those that are there could, before
    /// they fail with the reason. Longer survives slower restarts; shorter says sooner what is missing. Default 5 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan DevicesAwaited { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How many of the jobs that ended last, of all models, a pool reads when it comes up, to know its model's gaps. More
    /// remembers rare models better and reads more; 0 begins anew. Default 5000.
    /// </summary>
    [Range(0, 1_000_000)]
    public int LearnedCountMax { get; set; } = 5000;

    /// <summary>How often and how soon a load that failed is tried again. When it is over, the model is quarantined.</summary>
    [ValidateObjectMembers]
    public RetryPlan LoadRetries { get; set; } = new();

    /// <summary>How long a model that failed to load too often is left alone before one more attempt. Default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Quarantine { get; set; } = TimeSpan.FromMinutes(5);
}
