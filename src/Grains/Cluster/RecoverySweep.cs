using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Wakes every pool and every unfinished job of the store, page by page. Waking what is awake changes nothing, so it may
/// run as often as somebody doubts.
/// </summary>
internal sealed partial class RecoverySweep(IGrainFactory grains, IJobStore store, LivenessOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

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
        while (_isWanted)
        {
            _isWanted = false;
            try
            {
                await WakePools();
                await ResumeJobs();
            }
            catch (Exception problem)
            {
                Log.SweepFailed(logger, problem);
                _isWanted = true;
                await Task.Delay(PauseAfterFailure, time);
            }
        }

        _isRunning = false;
    }

    private async Task WakePools()
    {
        var models = await grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).List();
        foreach (var model in models) await grains.GetGrain<ISchedulerGrain>(model.Name).Wake();
    }

    private async Task ResumeJobs()
    {
        var count = 0;
        string? after = null;
        while (true)
        {
            var page = await store.Unfinished(after, options.SweepPageCount, CancellationToken.None);
            await Task.WhenAll(page.Select(job => Resume(job.Id)));
            count += page.Count;
            if (page.Count < options.SweepPageCount) break;
            after = page[^1].Id;
        }

        Log.Swept(logger, count);
    }

    private async Task Resume(string jobId)
    {
        try
        {
            await grains.GetGrain<IJobGrain>(jobId).Resume();
        }
        catch (Exception problem)
        {
            Log.NotResumed(logger, jobId, problem); // It is still in the store, and the next sweep finds it.
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
