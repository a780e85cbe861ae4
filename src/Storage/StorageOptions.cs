namespace OrleansDiffusion.Storage;

/// <summary>Where a node keeps what must survive it.</summary>
public sealed record StorageOptions
{
    /// <summary>Absolute folder of the database and the artifacts; created when missing. One node per folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// Bytes that the database file may grow to; beyond, writes are refused as if the disk were full. Null (the
    /// default): as large as the disk. A bound leaves room on a disk that others use too.
    /// </summary>
    public long? DatabaseBytesMax { get; init; }

    /// <summary>Writes that share one commit at most. More is more throughput under load and longer commits. Default 256.</summary>
    public int WriteBatchCountMax { get; init; } = 256;

    /// <summary>Writes that wait for their commit at most; further callers wait to be taken in. Default 4096.</summary>
    public int WriteQueueCountMax { get; init; } = 4096;

    /// <summary>Reads at one time; further callers wait. Default 4.</summary>
    public int ReaderCountMax { get; init; } = 4;

    public string DatabaseFile => Path.Combine(DataFolder, "od.db");

    public string ArtifactFolder => Path.Combine(DataFolder, "artifacts");
}
