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

    /// <summary>
    /// Whether a CPU's sessions are tuned to the machine (graph reshaped, weights packed for its kernels). Tuned steps are
    /// faster and loads slower; the pictures of the two differ in their last digits, so all silos need the same value.
    /// Default: never.
    /// </summary>
    [EnumDataType(typeof(Prepacking))]
    public Prepacking Prepack { get; set; } = Prepacking.Never;

    /// <summary>
    /// How long after a model was registered or loaded from its own folder it is imported, beside whatever runs then: once
    /// for each node, so that later loads are fast. Longer leaves the processor to the first jobs. Default 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ImportAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For how long a silo keeps the import, and the download, of a model version that is not registered any more. Longer spares
    /// both when it is registered again, and takes their room on the disk. Default 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.040", "49.00:00:00")]
    public TimeSpan ImportsKept { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often pool and jobs hear of a replica to which nothing happens; well below the lease time-out. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Attempts to announce a picture to the database before it is stored, and to tell the end of a job, each a second apart;
    /// then the job is tried again, or left to its lease time-out. More outlasts a longer restart of the database. Default 10.
    /// </summary>
    [Range(1, 1000)]
    public int HandOverAttemptsMax { get; set; } = 10;

    internal static readonly TimeSpan HandOverPause = TimeSpan.FromSeconds(1);
}

/// <summary>When a CPU's sessions are tuned to the machine.</summary>
public enum Prepacking
{
    /// <summary>Not at all. Every picture is the same on every silo; an imported model is ready at once, and steps are slower.</summary>
    Never,

    /// <summary>Before a replica is ready. Every picture is the same on every silo, steps are as fast as they can be, and loads are slow.</summary>
    Always,

    /// <summary>
    /// An imported model is ready at once and is tuned beside its work once that repays it; pictures that begin later use
    /// it. The same request may then give pictures that differ in their last digits, never within one picture.
    /// </summary>
    Auto,
}
