namespace OrleansDiffusion.Storage;

/// <summary>When a job came and went, as a query gives it.</summary>
internal sealed record SpanRow
{
    public required long CreatedAt { get; init; }

    public required long FinishedAt { get; init; }

    public JobSpan ToSpan() => new(StoredTime.Read(CreatedAt), StoredTime.Read(FinishedAt));
}
