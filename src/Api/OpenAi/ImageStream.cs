using System.Runtime.CompilerServices;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Streaming;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.OpenAi;

/// <summary>A job as OpenAI's stream: previews while it runs, then every finished picture.</summary>
internal sealed class ImageStream(ImageJob job, ImageRequest request)
{
    private readonly Dictionary<int, int> _previewCounts = [];

    public async IAsyncEnumerable<SseMessage> Messages([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var happened in job.WatchAsync(cancellation))
        {
            if (happened is { Kind: JobEventKind.Preview, Preview: { } preview } && Partial(happened, preview) is { } partial)
                yield return new SseMessage(partial.Type, partial);
            if (happened is not { Kind: JobEventKind.Done, Record: { } record }) continue;
            foreach (var artifact in ImageJob.Succeeded(record).Artifacts)
            {
                var completed = Completed(record, artifact, await job.FileOf(artifact, cancellation));
                yield return new SseMessage(completed.Type, completed);
            }
        }
    }

    /// <summary>Null beyond what was asked for: a job that starts over elsewhere shows its steps again.</summary>
    private ImageEventBody? Partial(JobEvent happened, byte[] preview)
    {
        var image = happened.Progress.ImageIndex;
        var index = _previewCounts.GetValueOrDefault(image);
        if (index >= request.PartialImageCount) return null;
        _previewCounts[image] = index + 1;
        return Event(ImageWords.Partial, preview, "png", happened.At, image) with { PartialImageIndex = index };
    }

    private ImageEventBody Completed(JobRecord record, ArtifactRef artifact, byte[] file) =>
        Event(ImageWords.Completed, file, record.Spec.Format, record.FinishedAt ?? record.CreatedAt, artifact.Index) with
        {
            Usage = ImageUsage.Of(record.Spec, 1),
        };

    private ImageEventBody Event(string type, byte[] file, string format, DateTimeOffset at, int image) => new()
    {
        Type = type,
        B64Json = file,
        CreatedAt = at.ToUnixTimeSeconds(),
        Size = ImageWords.SizeOf(job.Spec),
        Quality = request.Quality ?? "auto",
        OutputFormat = format,
        ImageIndex = job.Spec.Count > 1 ? image : null,
    };
}
