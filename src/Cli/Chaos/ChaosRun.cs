using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Cli.Clusters;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>One run: a cluster, its load, its mishaps, and the verdict over what is left.</summary>
internal sealed class ChaosRun(ChaosOptions options, DirectoryInfo data, Story story, TimeProvider time)
{
    /// <summary>Longer than any time-out of the product: what has not ended by then never will.</summary>
    private const int LooseCountMax = 100_000;

    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(4);

    /// <summary>A frozen API holds requests without an answer.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(15);

    /// <summary>Checkpoints far more often than usual, so that jobs are resumed from them.</summary>
    private static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>
    {
        ["Diffusion:Replicas:CheckpointStepCount"] = "5",
        ["Diffusion:Replicas:CheckpointInterval"] = "00:00:00.100",
        ["Diffusion:Jobs:CheckpointInterval"] = "00:00:00.100",
    };

    private readonly LocalCluster _cluster = new(data) { Settings = Settings, SiloArguments = ["--threads", "1"] };

    public async Task<ChaosReport> PlayAsync(CancellationToken cancellation)
    {
        try
        {
            await _cluster.UpAsync(options.SiloCount, apiPort: 0, database: null, cancellation);
            using var http = new HttpClient { BaseAddress = _cluster.Address, Timeout = AnswerMax };
            var rest = new HttpDiffusionClient(http);
            using var mischief = new Mischief(_cluster, rest, story, time);
            var callers = new Callers(rest, options.Seed, story, time);
            using var restless = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var supervision = mischief.SuperviseAsync(restless.Token);
            var load = await StormAsync(mischief, callers, cancellation);
            var findings = await LookAsync(callers, rest, mischief.KillCount, cancellation);
            await restless.CancelAsync();
            await supervision;
            return new ChaosReport(findings, [.. Verdict.Of(findings), .. callers.Wrongs.Distinct()], load.Began, load.Ended, load.Settled);
        }
        finally
        {
            foreach (var process in _cluster.Processes) process.Thaw();
            await _cluster.DownAsync(CancellationToken.None);
        }
    }

    private async Task<(DateTimeOffset Began, DateTimeOffset Ended, TimeSpan Settled)> StormAsync(
        Mischief mischief, Callers callers, CancellationToken cancellation)
    {
        using var noMore = new CancellationTokenSource(options.Duration, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.Duration + SettleMax);
        var began = time.GetUtcNow();
        story.Begin();
        story.Tell($"The cluster is up; {options.Duration.TotalMinutes:0.#} min of trouble begin.");
        var calls = callers.RunAsync(noMore.Token, patience.Token);
        await mischief.PlayAsync(MishapPlan.Of(options.Seed, options.Duration, options.SiloCount), cancellation);
        await Task.Delay(options.Duration, time, noMore.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var ended = time.GetUtcNow();
        story.Tell("Nothing goes wrong any more; what was accepted must end.");
        await Bounded(calls, "every caller has its answers", cancellation);
        await Bounded(SettleAsync(patience.Token), "every job has ended", cancellation);
        return (began, ended, time.GetUtcNow() - ended);
    }

    /// <summary>What does not come to its end in time is judged as it is then.</summary>
    private async Task Bounded(Task work, string goal, CancellationToken cancellation)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            story.Tell($"Given up after {SettleMax.TotalSeconds:0} s of calm: not {goal}.");
        }
    }

    private async Task SettleAsync(CancellationToken cancellation)
    {
        await using var storage = await NodeStorage.OpenDatabaseAsync(_cluster.Database!, cancellation);
        while ((await storage.Jobs.Unfinished(null, 1, cancellation)).Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellation);
    }

    private async Task<Findings> LookAsync(Callers callers, HttpDiffusionClient rest, int killCount, CancellationToken cancellation)
    {
        await using var storage = await NodeStorage.OpenDatabaseAsync(_cluster.Database!, cancellation);
        var stored = await StoredAsync(storage.Jobs, cancellation);
        var told = new Dictionary<string, JobStatus>(StringComparer.Ordinal);
        foreach (var job in stored)
            if (await rest.GetAsync(job.Id, cancellation) is { } view) told[job.Id] = view.Record.Status;
        story.Tell($"{stored.Count} jobs are in the store; their pictures are drawn again on a calm node.");
        var succeeded = stored.Where(job => job.Status == JobStatus.Succeeded).Select(job => job.Id).ToHashSet(StringComparer.Ordinal);
        var sketches = callers.Accepted.Where(accepted => succeeded.Contains(accepted.JobId)).Select(accepted => accepted.Order.Sketch).Distinct().ToList();
        return new Findings
        {
            Accepted = [.. callers.Accepted],
            Stored = stored,
            Told = told,
            Heard = [.. callers.Heard],
            EndsLogged = SiloLogs.Ends(Enumerable.Range(1, options.SiloCount).SelectMany(number => File.ReadLines(_cluster.LogFileOf($"silo-{number}")))),
            Calm = await CalmRun.DrawAsync(sketches, data.CreateSubdirectory("calm"), cancellation),
            KillCount = killCount,
            Loose = (await storage.Jobs.Loose(0, LooseCountMax, cancellation)).Select(loose => loose.ArtifactId).ToHashSet(StringComparer.Ordinal),
            Files = PictureFolder.Read(_cluster.ArtifactFolder),
        };
    }

    private static async Task<IReadOnlyList<JobRecord>> StoredAsync(IJobStore jobs, CancellationToken cancellation)
    {
        List<JobRecord> all = [];
        for (string? cursor = null; ;)
        {
            var page = await jobs.List(new JobQuery(GrainKeys.DefaultTenant, Cursor: cursor, CountMax: JobQuery.PageCountMax), cancellation);
            all.AddRange(page.Jobs);
            if ((cursor = page.NextCursor) is null) return all;
        }
    }
}

/// <param name="Duration">Of the load and its mishaps.</param>
/// <param name="Seed">Of both.</param>
/// <param name="SiloCount">Silos of the cluster.</param>
internal sealed record ChaosOptions(TimeSpan Duration, int Seed, int SiloCount);
