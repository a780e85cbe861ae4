namespace OrleansDiffusion.Storage;

/// <summary>What a committed write must outlive. Waiting for the disk costs milliseconds.</summary>
internal enum Survives
{
    /// <summary>
    /// The death of every process, not that of the machine. For what a power loss makes void anyway: it ends every lease
    /// on a node's own database, and a lost checkpoint costs some steps and changes no picture.
    /// </summary>
    Crash,

    /// <summary>Everything but the loss of the disk. For what was promised to a caller.</summary>
    PowerLoss,
}
