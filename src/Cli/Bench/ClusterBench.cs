using OrleansDiffusion.Bench;
using OrleansDiffusion.Cli.Output;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Benchmarks;

/// <summary>
/// What a cluster takes in and tells, on databases of its own. While submissions are measured the pool is paused, so that
/// accepted jobs wait: what is measured is validation, quotas, queue and commit, not the device.
/// </summary>
internal static class ClusterBench
{
    private const int DefaultRunCount = 3000;

    /// <summary>Enough to keep the database's commits full; more only wait longer.</summary>
    private const int CallerCount = 64;

    /// <summary>What the runtime needs to compile the paths for good.</summary>
    private const int WarmUpCount = 1000;

    /// <summary>Accepted jobs per second on 2 cores, with PostgreSQL beside them.</summary>
    private const double AcceptedBudget = 1000;

    private static readonly WatchShape Watched = new(JobCount: 4, Steps: 100, WatchersPerJob: 50);

    public static async Task<IReadOnlyList<Figure>> Run(BenchOptions options, CancellationToken cancellation)
    {
        List<Figure> figures = [];
        foreach (var start in Targets(options))
        {
            await using var target = await start(cancellation);
            figures.AddRange(await Measure(target, options.RunCount ?? DefaultRunCount, cancellation));
        }

        if (VersionText.IsStandIn)
            AnsiConsole.MarkupLine("Not measured: 1 and 3 silos on PostgreSQL. This build's engine is the stand-in, which cannot join processes.");
        return figures;
    }

    private static IEnumerable<Func<CancellationToken, Task<BenchTarget>>> Targets(BenchOptions options)
    {
        yield return cancellation => NodeTarget.OnSqliteAsync(options.ModelFolder, cancellation);
        yield return cancellation => NodeTarget.OnPostgresAsync(options.ModelFolder, cancellation);
        if (VersionText.IsStandIn) yield break;
        yield return cancellation => ClusterTarget.StartAsync(1, options.ModelFolder, cancellation);
        yield return cancellation => ClusterTarget.StartAsync(3, options.ModelFolder, cancellation);
    }

    private static async Task<IReadOnlyList<Figure>> Measure(BenchTarget target, int count, CancellationToken cancellation)
    {
        await Watch(target, cancellation); // The first time for the runtime's compiler.
        var heard = await Watch(target, cancellation);
        await target.PauseAsync(cancellation);
        await SubmitLoad.RunAsync(target.Rest, WarmUpCount, CallerCount, cancellation);
        var embedded = await SubmitLoad.RunAsync(target.Embedded, count, CallerCount, cancellation);
        var rest = await SubmitLoad.RunAsync(target.Rest, count, CallerCount, cancellation);
        return
        [
            .. Of(target.Name, embedded, "Orleans' client", AcceptedBudget),
            .. Of($"{target.Name}_rest", rest, "REST", null),
            new($"{target.Name}_events_per_s", heard.EventsPerSecond, $"to {Watched.JobCount * Watched.WatchersPerJob} watchers over HTTP, beside the device's work"),
            new($"{target.Name}_events_heard_ratio", heard.HeardShare, "of the events that there were"),
        ];
    }

    private static async Task<WatchCounts> Watch(BenchTarget target, CancellationToken cancellation)
    {
        await target.PauseAsync(cancellation); // So that everybody watches before the first step.
        return await WatchLoad.RunAsync(target.Rest, Watched, target.ResumeAsync, cancellation);
    }

    private static IEnumerable<Figure> Of(string name, SubmitTimes times, string way, double? budget) =>
    [
        new($"{name}_accepted_per_s", times.AcceptedPerSecond, $"jobs committed, {CallerCount} callers through {way}", BudgetMin: budget),
        new($"{name}_submit_p50_ms", Statistics.Median(times.Milliseconds), "from a submission to its answer, with so many callers"),
        new($"{name}_submit_p99_ms", Statistics.Percentile(times.Milliseconds, 0.99), "the same, 99th percentile"),
    ];
}
