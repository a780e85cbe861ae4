using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Grains;

/// <summary>How often a replica speaks.</summary>
public sealed class ReplicaOptions
{
    public const string Section = "Diffusion:Replicas";

    /// <summary>Least time between two step reports of a job; phases and ends are told at once. Default 50 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>A checkpoint is taken after this many steps of a picture. Fewer lose less work with a node, and copy more. Default 10.</summary>
    [Range(1, 10_000)]
    public int CheckpointStepCount { get; set; } = 10;

    /// <summary>And no sooner than this after the one before. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Steps that fit into this time go to the device at once. Longer saves turns between short steps; a cancel or a new
    /// job may wait for so long. Zero gives every step its own turn. Default 20 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan StepSlice { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// So long before a job leaves the device the next one is asked for, so that the device does not wait for it. Longer
    /// hides slower stores and networks; what is handed over early cannot be overtaken any more. Zero waits for the end. Default 100 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan HandOverAhead { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A device that does not come back from one call (a slice of steps, a decode) for this long hangs: its jobs go on
    /// elsewhere and it gets no others until its process is started again. Longer forgives slow devices. Default 2 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan DeviceTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often pool and jobs hear of a replica to which nothing happens; well below the lease time-out. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Attempts to hand over a finished job, a second apart, before it is left to its lease time-out. Default 10.</summary>
    [Range(1, 1000)]
    public int HandOverAttemptsMax { get; set; } = 10;
}
