using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.OpenAi;

/// <summary>Finished pictures as one answer.</summary>
internal static class ImageReply
{
    public static async Task<ImagesBody> OfAsync(
        ImageJob job, JobRecord record, ImageRequest request, Func<ArtifactRef, string> urlOf, CancellationToken cancellation)
    {
        var images = new List<ImageBody>(record.Artifacts.Count);
        foreach (var artifact in record.Artifacts)
        {
            var file = request.WantsBase64 ? await job.FileOf(artifact, cancellation) : null;
            images.Add(new ImageBody(request.WantsUrl ? urlOf(artifact) : null, file, artifact.Seed));
        }

        return new ImagesBody
        {
            Created = (record.FinishedAt ?? record.CreatedAt).ToUnixTimeSeconds(),
            Data = images,
            OutputFormat = record.Spec.Format,
            Quality = request.Quality,
            Size = ImageWords.SizeOf(record.Spec),
            Usage = ImageUsage.Of(record.Spec, images.Count),
        };
    }

    /// <summary>Absolute, since the caller hands it on: from where it is known that callers come, else as this one came.</summary>
    public static string UrlOf(ArtifactRef artifact, HttpRequest request, Uri? publicUrl)
    {
        var origin = publicUrl?.ToString().TrimEnd('/') ?? $"{request.Scheme}://{request.Host}{request.PathBase}";
        return $"{origin}{ApiPaths.Artifacts}/{artifact.Id}";
    }
}
