using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Wakes every pool and every unfinished job of the store, page by page. Waking what is awake changes nothing, so it may
/// run as often as somebody doubts.
/// </summary>
internal sealed partial class RecoverySweep(IGrainFactory grains, IJobStore store, LivenessOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>There is one sweep, so that its pauses need no chance.</summary>
    private const double Whole = 1;

    private static readonly RetryPlan Retries = new() { FirstDelay = TimeSpan.FromSeconds(1), DelayMax = TimeSpan.FromMinutes(1) };

    private bool _isWanted;
    private bool _isRunning;
    private bool _isFirstDone;

    /// <summary>The first heartbeat starts it once: whatever was unfinished when the cluster went down goes on.</summary>
    public void StartFirst()
    {
        if (!_isFirstDone) Start();
    }

    /// <summary>Asked for while one is running, another one follows.</summary>
    public void Start()
    {
        _isFirstDone = true;
        _isWanted = true;
        if (!_isRunning) _ = Run();
    }

    private async Task Run()
    {
        _isRunning = true;
        await Task.Yield();
        var failedCount = 0;
        while (_isWanted)
        {
            _isWanted = false;
            failedCount = await IsDone() ? 0 : failedCount + 1;
            if (failedCount == 0) continue;
            _isWanted = true;
            await Task.Delay(Retries.DelayBefore(failedCount, Whole), time);
        }

        _isRunning = false;
    }

    /// <summary>False when somebody may not have been reached: then all are woken again.</summary>
    private async Task<bool> IsDone()
    {
        try
        {
            var pools = WakePools();
            var missedCount = await ResumeJobs();
            await pools;
            return missedCount == 0;
        }
        catch (Exception problem)
        {
            Log.SweepFailed(logger, problem);
            return false;
        }
    }

    private async Task WakePools()
    {
        var models = await grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).List();
        await Task.WhenAll(models.Select(model => grains.GetGrain<ISchedulerGrain>(model.Name).Wake()));
    }

    /// <returns>How many jobs could not be resumed.</returns>
    private async Task<int> ResumeJobs()
    {
        var (count, missedCount) = (0, 0);
        string? after = null;
        while (true)
        {
            var page = await store.Unfinished(after, options.SweepPageCount, CancellationToken.None);
            missedCount += (await Task.WhenAll(page.Select(job => IsResumed(job.Id)))).Count(isResumed => !isResumed);
            count += page.Count;
            if (page.Count < options.SweepPageCount) break;
            after = page[^1].Id;
        }

        Log.Swept(logger, count);
        return missedCount;
    }

    private async Task<bool> IsResumed(string jobId)
    {
        try
        {
            await grains.GetGrain<IJobGrain>(jobId).Resume();
            return true;
        }
        catch (Exception problem)
        {
            Log.NotResumed(logger, jobId, problem); // It is still in the store, where the next sweep finds it.
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4051, LogLevel.Information, "{JobCount} unfinished jobs were resumed")]
        public static partial void Swept(ILogger logger, int jobCount);

        [LoggerMessage(4052, LogLevel.Warning, "The sweep failed; trying again")]
        public static partial void SweepFailed(ILogger logger, Exception problem);

        [LoggerMessage(4053, LogLevel.Warning, "{JobId} could not be resumed")]
        public static partial void NotResumed(ILogger logger, string jobId, Exception problem);
    }
}
