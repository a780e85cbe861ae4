namespace OrleansDiffusion.Storage;

/// <summary>A checkpoint as its table has it.</summary>
internal sealed record CheckpointRow
{
    public required string JobId { get; init; }

    public required long Epoch { get; init; }

    public required long ImageIndex { get; init; }

    public required long StepsDone { get; init; }

    public required byte[] State { get; init; }

    public required string Artifacts { get; init; }

    public static CheckpointRow Of(StoredCheckpoint checkpoint) => new()
    {
        JobId = checkpoint.JobId,
        Epoch = checkpoint.Epoch,
        ImageIndex = checkpoint.ImageIndex,
        StepsDone = checkpoint.StepsDone,
        State = checkpoint.State,
        Artifacts = StorageJson.Write(checkpoint.Artifacts, StorageJson.Default.IReadOnlyListArtifactRef),
    };

    public StoredCheckpoint ToCheckpoint() => new(
        JobId, Epoch, (int)ImageIndex, (int)StepsDone, State, StorageJson.Read(Artifacts, StorageJson.Default.IReadOnlyListArtifactRef));
}
