using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Models;
using OrleansDiffusion.Weights;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Downloads;

/// <summary>
/// Models that were added by an address, in a folder of this node. Who wants the same address shares one download; it ends
/// when nobody wants it any more, and the next one goes on where it was.
/// </summary>
internal sealed partial class DownloadedModels(
    NodeOptions node, ModelOrigins origins, IOptions<OriginsOptions> options, TimeProvider time, ILogger<DownloadedModels> log)
{
    public const string FolderName = "models";

    private static readonly TimeSpan TellInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(500);

    private readonly DownloadShelf _shelf = new(Path.GetFullPath(node.ModelFolder ?? Path.Combine(node.DataFolder, FolderName)));
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RunningDownload> _running = new(StringComparer.Ordinal);

    /// <summary>Where the model's own folder is on this machine, or would be.</summary>
    public string FolderOf(ModelEntry model) =>
        model.Url is null || Directory.Exists(model.Folder) ? model.Folder : _shelf.FolderOf(model.Version);

    /// <summary>What was fetched here, by its version.</summary>
    public IReadOnlyList<string> Versions => _shelf.Versions;

    /// <inheritdoc cref="DownloadShelf.TryRemove"/>
    public bool TryRemove(string version, DateTimeOffset unusedSince) => _shelf.TryRemove(version, unusedSince);

    /// <summary>Fetches what is not here and judges it; problems and refusals are in the answer.</summary>
    public async Task<ModelInspection> Fetch(string url, IProgress<ModelFetchProgress> progress, CancellationToken cancellation)
    {
        var run = Join(url);
        progress.Report(run.Now());
        await using var telling = time.CreateTimer(_ => progress.Report(run.Now()), null, TellInterval, TellInterval);
        try
        {
            return await run.Result.WaitAsync(cancellation);
        }
        catch (Exception failed) when (failed is WeightsException or IOException or UnauthorizedAccessException)
        {
            Log.Failed(log, url, failed.Message);
            return new ModelInspection { Folder = "", Refused = new Refusal(CodeOf(failed), failed.Message) };
        }
        finally
        {
            await LetGo(url, run);
        }
    }

    /// <summary>Fetches a model again of which the folder is gone, or was never on this machine.</summary>
    /// <exception cref="InferenceException">It cannot be had, or the address has another version by now.</exception>
    public async Task Bring(ModelEntry model, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        if (model.Url is not { } url || Directory.Exists(FolderOf(model))) return;
        Log.Brings(log, model.Name, url);
        var found = await Fetch(url, new LoadVoice(progress), cancellation);
        if (found.Refused is { } refused) throw new InferenceException(refused.Message);
        if (found.Version == model.Version) return;
        throw new InferenceException(
            $"{url} no longer has version {model.Version} of {model.Name}, but {found.Version ?? "a broken one"}. Add it again to use what is there.");
    }

    /// <summary>What is no failure of the weights is one of this machine's disk.</summary>
    private static ErrorCode CodeOf(Exception failed) =>
        failed is WeightsException { Error: not WeightsError.DiskFailed } ? ErrorCode.OriginFailed : ErrorCode.StorageFull;

    private RunningDownload Join(string url)
    {
        lock (_lock)
        {
            if (!_running.TryGetValue(url, out var run))
            {
                _running[url] = run = new RunningDownload();
                run.Result = Task.Run(() => Run(url, run));
            }

            run.UserCount++;
            return run;
        }
    }

    private async Task LetGo(string url, RunningDownload run)
    {
        lock (_lock)
        {
            if (--run.UserCount > 0) return;
            if (_running.GetValueOrDefault(url) == run) _running.Remove(url);
        }

        await run.End();
    }

    private async Task<ModelInspection> Run(string url, RunningDownload run)
    {
        using var origin = origins.Open(url);
        using var alone = await Alone(url, run.Cancellation);
        if (await _shelf.FindUnchanged(origin.Origin, url, run.Cancellation) is { } here)
        {
            Log.Unchanged(log, url, here);
            return await FolderJudge.Examine(here, run.Cancellation);
        }

        var started = time.GetTimestamp();
        var download = _shelf.Open(origin.Origin, url, new DownloadOptions { FilesAtOnce = options.Value.FilesAtOnce });
        run.Download = download;
        if (await FetchFiles(download, run.Cancellation) is { Count: > 0 } problems) return new ModelInspection { Folder = url, Problems = problems };
        run.IsChecking = true;
        var found = await FolderJudge.Examine(download.Folder, run.Cancellation);
        if (found.Version is not { } version) return found;
        var folder = _shelf.Publish(download, url, version);
        Log.Fetched(log, url, found.FileBytes, folder, time.GetElapsedTime(started).TotalSeconds);
        return found with { Folder = folder };
    }

    /// <summary>What is no model, or none that can be served, is told before its weights are fetched.</summary>
    private static async Task<IReadOnlyList<FieldProblem>> FetchFiles(ModelDownload download, CancellationToken cancellation)
    {
        if (await download.FetchOutline(cancellation) is { Count: > 0 } noModel) return Fields(noModel);
        if (FolderJudge.ProblemsOfOutline(download.Folder) is { Count: > 0 } broken) return broken;
        return Fields(await download.FetchWeights(cancellation));
    }

    private static FieldProblem[] Fields(IReadOnlyList<FolderProblem> problems) =>
        [.. problems.Select(problem => new FieldProblem(problem.Field, problem.Message))];

    /// <summary>Another process may share the folder.</summary>
    private async Task<IDisposable> Alone(string url, CancellationToken cancellation)
    {
        while (true)
        {
            if (_shelf.TryLock(url) is { } alone) return alone;
            await Task.Delay(LockInterval, time, cancellation);
        }
    }

    /// <summary>A download as the load that waits for it tells it.</summary>
    private sealed class LoadVoice(IProgress<LoadProgress> progress) : IProgress<ModelFetchProgress>
    {
        public void Report(ModelFetchProgress value) => progress.Report(new LoadProgress(
            ReplicaPhase.Fetching, "download", value.ArrivedBytes / (double)Math.Max(1, value.TotalBytes),
            new LoadedWeights(value.TotalBytes, 0, 0, value.ArrivedBytes)));
    }

    private static partial class Log
    {
        [LoggerMessage(1091, LogLevel.Information, "{Url}, {Bytes} bytes, was fetched into {Folder} in {Seconds} s")]
        public static partial void Fetched(ILogger log, string url, long bytes, string folder, double seconds);

        [LoggerMessage(1092, LogLevel.Information, "{Url} did not change since it was fetched into {Folder}")]
        public static partial void Unchanged(ILogger log, string url, string folder);

        [LoggerMessage(1093, LogLevel.Information, "{Url} was not fetched: {Reason}")]
        public static partial void Failed(ILogger log, string url, string reason);

        [LoggerMessage(1094, LogLevel.Information, "The folder of {Model} is not on this machine: it is fetched from {Url}")]
        public static partial void Brings(ILogger log, string model, string url);
    }
}
