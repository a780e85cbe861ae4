using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>What is told of a job: its progress, its ledger, its events. Nothing here decides, and nothing here is stored.</summary>
internal sealed class JobTale(
    JobRecord job, TimeProvider time, JobOptions options, Func<JobFeedItem, Task> publish, ILogger logger)
{
    private readonly JobWatchers _watchers = new(options.WatcherEventCountMax);
    private readonly JobFeed _feed = new(publish, time, options.FeedInterval, logger);
    private Ledger _ledger = new(job.CreatedAt, job.Phases);
    private long _sequence;

    public JobProgress Progress { get; private set; } = new();

    /// <summary>The job came from the store, or was just committed.</summary>
    public void TakenUp(JobRecord job)
    {
        _ledger = new(job.CreatedAt, job.Phases);
        Progress = Fresh(job, PhaseOf(job.Status));
        if (job.Status == JobStatus.Queued) Open(JobPhases.Queued);
        if (job.Status.IsFinal()) Tell(job, JobEventKind.Done);
    }

    public void Placed(JobRecord job, QueuePlace place)
    {
        var phase = place.IsForLoad ? JobPhases.Load : JobPhases.Queued;
        Open(phase);
        Progress = Progress with { Phase = phase, QueuePosition = place.Position, EtaSeconds = place.EtaSeconds, Waiting = place.Waiting };
        Tell(job, JobEventKind.Queued);
    }

    public void Leased(JobRecord job, JobCheckpoint? checkpoint)
    {
        Progress = Fresh(job, JobPhases.Encode) with { ImageIndex = checkpoint?.ImageIndex ?? 0, Step = checkpoint?.StepsDone ?? 0 };
        Tell(job, JobEventKind.State);
    }

    public void Progressed(JobRecord job, JobReport report)
    {
        if ((report.ImageIndex, report.Step).CompareTo((Progress.ImageIndex, Progress.Step)) < 0) return; // Late.
        if (report.PhaseStarted) Open(report.Phase);
        var speed = report.StepsPerSecond ?? Progress.StepsPerSecond;
        Progress = Progress with
        {
            Phase = report.Phase,
            ImageIndex = report.ImageIndex,
            Step = report.Step,
            StepsPerSecond = speed,
            EtaSeconds = StepsLeft(report) / speed,
        };
        var preview = report.Preview is { Length: <= JobEvent.PreviewBytesMax } small ? small : null;
        var kind = preview is not null ? JobEventKind.Preview : report.PhaseStarted ? JobEventKind.Phase : JobEventKind.Step;
        Tell(job, kind, preview);
    }

    public void Requeued(JobRecord job)
    {
        _ledger = new(job.CreatedAt, job.Phases);
        Open(JobPhases.Queued);
        Progress = Fresh(job, JobPhases.Queued);
        Tell(job, JobEventKind.State);
    }

    public void Ended(JobRecord job)
    {
        _ledger = new(job.CreatedAt, job.Phases);
        Progress = Progress with { Phase = JobPhases.Done, QueuePosition = null, EtaSeconds = null, Waiting = null };
        if (job.Status == JobStatus.Succeeded) Progress = Progress with { ImageIndex = job.Spec.Count - 1, Step = job.Spec.Steps };
        Tell(job, JobEventKind.Done);
    }

    /// <summary>The ledger up to now, for the record.</summary>
    public PhaseTime[] Phases(DateTimeOffset now) => _ledger.Read(now);

    /// <summary>The record with its ledger up to this moment.</summary>
    public JobRecord Current(JobRecord job) => job.Status.IsFinal() ? job : job with { Phases = _ledger.Read(time.GetUtcNow()) };

    public JobWatch Watch() => _watchers.Open();

    public JobEvent State(JobRecord job) => Event(job, JobEventKind.State, null);

    public JobEvent Done(JobRecord job) => Event(job, JobEventKind.Done, null);

    private void Open(string phase) => _ledger.Open(phase, time.GetUtcNow());

    private void Tell(JobRecord job, JobEventKind kind, byte[]? preview = null)
    {
        var happened = Event(job, kind, preview);
        _watchers.Tell(happened);
        _feed.Offer(new JobFeedItem(job.Id, job.Status, Progress, happened.At));
    }

    private JobEvent Event(JobRecord job, JobEventKind kind, byte[]? preview) => new()
    {
        Sequence = ++_sequence,
        Kind = kind,
        JobId = job.Id,
        At = time.GetUtcNow(),
        Status = job.Status,
        Progress = Progress,
        Preview = preview,
        Record = kind is JobEventKind.State or JobEventKind.Done ? Current(job) : null,
    };

    private static JobProgress Fresh(JobRecord job, string phase) =>
        new() { Phase = phase, ImageCount = job.Spec.Count, Steps = job.Spec.Steps };

    private static string PhaseOf(JobStatus status) => status switch
    {
        JobStatus.Queued => JobPhases.Queued,
        JobStatus.Running => JobPhases.Steps,
        _ => JobPhases.Done,
    };

    private int StepsLeft(JobReport report) =>
        Math.Max(0, ((Progress.ImageCount - report.ImageIndex) * Progress.Steps) - report.Step);
}
