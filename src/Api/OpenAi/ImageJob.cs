using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.OpenAi;

/// <summary>A job that lives only as long as somebody waits for it: this dialect has no way to come back for it.</summary>
internal sealed partial class ImageJob(IDiffusionClient client, JobView submitted, ILogger logger)
{
    private bool _isOver;

    public GenerationSpec Spec => submitted.Record.Spec;

    public async IAsyncEnumerable<JobEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var happened in client.WatchAsync(submitted.Record.Id, cancellation))
        {
            _isOver = happened.Kind == JobEventKind.Done;
            yield return happened;
        }
    }

    /// <exception cref="DiffusionException">It failed or was cancelled.</exception>
    public async Task<JobRecord> FinishAsync(CancellationToken cancellation)
    {
        await foreach (var happened in WatchAsync(cancellation))
            if (happened is { Kind: JobEventKind.Done, Record: { } record }) return Succeeded(record);
        throw new DiffusionException(new Refusal(ErrorCode.Internal, $"{submitted.Record.Id} ended without a last event."));
    }

    public static JobRecord Succeeded(JobRecord record) =>
        record.Status == JobStatus.Succeeded ? record : throw new DiffusionException(JobOutcome.RefusalOf(record));

    public Task<byte[]> FileOf(ArtifactRef artifact, CancellationToken cancellation) => client.GetArtifactAsync(artifact.Id, cancellation);

    /// <summary>The caller left: the device is better used for others.</summary>
    public async Task AbandonAsync()
    {
        if (_isOver) return;
        try
        {
            await client.CancelAsync(submitted.Record.Id, CancellationToken.None);
        }
        catch (DiffusionException refused)
        {
            Log.NotCancelled(logger, submitted.Record.Id, refused);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Warning, "{JobId} was abandoned by its caller and could not be cancelled.")]
        public static partial void NotCancelled(ILogger logger, string jobId, Exception thrown);
    }
}
