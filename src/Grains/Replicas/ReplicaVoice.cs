using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Tells the pool what a replica is and does: the newest status, after the leases that ended before it; one message at a time.</summary>
internal sealed partial class ReplicaVoice(ISchedulerGrain pool, Func<ReplicaStatus> read, LocalReplicas replicas, ILogger logger)
{
    private readonly Queue<string> _endedJobs = new();
    private bool _hasNews;
    private Task _telling = Task.CompletedTask;

    public void LeaseEnded(string jobId)
    {
        _endedJobs.Enqueue(jobId);
        Changed();
    }

    public void Changed()
    {
        _hasNews = true;
        replicas.Put(read());
        if (_telling.IsCompleted) _telling = TellAll();
    }

    /// <summary>Ends when everything so far is told.</summary>
    public Task Flushed() => _telling;

    private async Task TellAll()
    {
        while (_hasNews || _endedJobs.Count > 0)
        {
            try
            {
                if (_endedJobs.TryDequeue(out var jobId))
                {
                    await pool.LeaseEnded(read().ReplicaId, jobId);
                    continue;
                }

                _hasNews = false;
                await pool.ReplicaChanged(read());
            }
            catch (Exception problem)
            {
                Log.NotTold(logger, read().ReplicaId, problem); // The next status says it again; a silent replica is asked.
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Information, "A message of {ReplicaId} to its pool was lost")]
        public static partial void NotTold(ILogger logger, string replicaId, Exception problem);
    }
}
