using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Grains;

/// <summary>How long jobs and their pictures are kept.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Diffusion:Retention";

    /// <summary>
    /// How long a final job stays after its end, with its pictures and its timings; then it is as if it had never been, and
    /// its idempotency key is free. Null (the default): forever. Longer fills the disk.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "36500.00:00:00")]
    public TimeSpan? KeepJobs { get; set; }

    /// <summary>How often the cluster looks for what is too old. A job stays that much longer at most, unless there are many. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Jobs, or pictures, that are deleted at a time; between two such batches is <see cref="BatchPause"/>. More at a time
    /// lets the database's other writers wait longer. Default 100.
    /// </summary>
    [Range(1, 10_000)]
    public int BatchCount { get; set; } = 100;

    /// <summary>What the database and the folder of pictures have to themselves between two batches. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan BatchPause { get; set; } = TimeSpan.FromSeconds(1);
}
