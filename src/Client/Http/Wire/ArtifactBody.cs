using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>A finished picture.</summary>
/// <param name="Id">SHA-256 of the file, lower-case hex.</param>
/// <param name="Index">0-based position among the job's pictures.</param>
/// <param name="Url">Where to fetch it, relative to the server.</param>
/// <param name="ContentType">image/png, image/jpeg or image/webp.</param>
/// <param name="Bytes">File size.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Seed">The seed of this very picture.</param>
public sealed record ArtifactBody(
    string Id, int Index, string Url, string ContentType, long Bytes, int Width, int Height, long Seed)
{
    public static ArtifactBody From(ArtifactRef artifact) => new(
        artifact.Id,
        artifact.Index,
        $"{ApiPaths.Artifacts}/{artifact.Id}",
        artifact.ContentType,
        artifact.Bytes,
        artifact.Width,
        artifact.Height,
        artifact.Seed);

    public ArtifactRef ToRef() => new(Id, Index, ContentType, Bytes, Width, Height, Seed);
}
