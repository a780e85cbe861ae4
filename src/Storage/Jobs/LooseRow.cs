namespace OrleansDiffusion.Storage;

/// <summary>A loose picture as a query gives it.</summary>
internal sealed record LooseRow
{
    public required long Number { get; init; }

    public required string ArtifactId { get; init; }

    /// <summary>0 or 1: one of the two dialects has no truth values.</summary>
    public required long NamedCount { get; init; }

    public LooseArtifact ToArtifact() => new(Number, ArtifactId, NamedCount > 0);
}
