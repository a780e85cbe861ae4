using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Carries one lease's reports to its job, in order and one at a time, so that the device never waits for them. Steps
/// that pile up are replaced by the newest; phases, previews and checkpoints are kept, up to a bound.
/// </summary>
internal sealed partial class JobReporter(string jobId, IJobGrain job, ILogger logger)
{
    private const int WaitingCountMax = 64;

    private readonly List<JobReport> _waiting = [];
    private Task _sending = Task.CompletedTask;

    /// <summary>The lease is over: a later epoch exists, or the job is final.</summary>
    public bool IsLost { get; private set; }

    public void Send(JobReport report)
    {
        if (IsLost) return;
        if (_waiting.Count > 0 && IsReplaceable(_waiting[^1])) _waiting.RemoveAt(_waiting.Count - 1);
        if (_waiting.Count == WaitingCountMax) _waiting.RemoveAt(0);
        _waiting.Add(report);
        if (_sending.IsCompleted) _sending = SendAll();
    }

    /// <summary>Ends when everything that was given before is told.</summary>
    public Task Flushed() => _sending;

    private async Task SendAll()
    {
        while (_waiting.Count > 0 && !IsLost)
        {
            var next = _waiting[0];
            _waiting.RemoveAt(0);
            try
            {
                IsLost = !await job.Report(next);
            }
            catch (Exception problem)
            {
                Log.NotReported(logger, jobId, problem); // The next one says more; a lease that stays silent ends by itself.
            }
        }
    }

    private static bool IsReplaceable(JobReport report) => !report.PhaseStarted && report.Preview is null && report.Checkpoint is null;

    private static partial class Log
    {
        [LoggerMessage(3051, LogLevel.Information, "A report of {JobId} was lost")]
        public static partial void NotReported(ILogger logger, string jobId, Exception problem);
    }
}
