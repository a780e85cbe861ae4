using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Tells a tenant's feed of one job's changes, at most once per interval: what comes faster is replaced by what comes
/// after it, so that the last word is always heard. Nobody waits for it, and a feed that is down harms no job.
/// </summary>
internal sealed partial class JobFeed(Func<JobFeedItem, Task> publish, TimeProvider time, TimeSpan interval, ILogger logger)
{
    private JobFeedItem? _next;
    private bool _isTelling;

    public void Offer(JobFeedItem item)
    {
        _next = item;
        if (!_isTelling) _ = Tell();
    }

    private async Task Tell()
    {
        _isTelling = true;
        while (_next is { } item)
        {
            _next = null;
            try
            {
                await publish(item);
            }
            catch (Exception problem)
            {
                Log.NotPublished(logger, item.JobId, problem);
            }

            await Task.Delay(interval, time);
        }

        _isTelling = false;
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "The feed does not take changes of {JobId}")]
        public static partial void NotPublished(ILogger logger, string jobId, Exception problem);
    }
}
