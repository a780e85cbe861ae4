using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Grains;

/// <summary>How silos are heard of and lost.</summary>
public sealed class LivenessOptions
{
    public const string Section = "Diffusion:Liveness";

    /// <summary>How often a silo says that it lives. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A silo that is not heard of for this long is lost and its jobs move. Shorter finds death sooner; longer forgives
    /// pauses. Several heartbeats, at least. Default 6 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan SiloTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How long granted room waits for its replica to appear in a heartbeat. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReservationKept { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Unfinished jobs that a sweep reads and resumes at a time. Default 100.</summary>
    [Range(1, 10_000)]
    public int SweepPageCount { get; set; } = 100;

    /// <summary>How long a stopping silo waits for its replicas to give their jobs back. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
