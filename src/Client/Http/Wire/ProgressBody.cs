using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>Where a job stands this moment.</summary>
public sealed record ProgressBody
{
    /// <summary>queued, load, encode, steps, decode, store or done.</summary>
    public required string Phase { get; init; }

    /// <summary>0-based picture in work.</summary>
    public required int ImageIndex { get; init; }

    public required int ImageCount { get; init; }

    /// <summary>Steps done of the picture in work.</summary>
    public required int Step { get; init; }

    public required int Steps { get; init; }

    public required double? StepsPerSecond { get; init; }

    /// <summary>1-based place in the queue; null when not waiting.</summary>
    public required int? QueuePosition { get; init; }

    /// <summary>Seconds until the job is expected to end.</summary>
    public required double? EtaSeconds { get; init; }

    /// <summary>What a waiting job waits for.</summary>
    public required string? Waiting { get; init; }

    /// <summary>0..1 over all pictures.</summary>
    public required double Fraction { get; init; }

    public static ProgressBody From(JobProgress progress) => new()
    {
        Phase = progress.Phase,
        ImageIndex = progress.ImageIndex,
        ImageCount = progress.ImageCount,
        Step = progress.Step,
        Steps = progress.Steps,
        StepsPerSecond = progress.StepsPerSecond,
        QueuePosition = progress.QueuePosition,
        EtaSeconds = progress.EtaSeconds,
        Waiting = progress.Waiting,
        Fraction = progress.Fraction,
    };

    /// <summary>All that a stored row tells of a job's progress: a running one's step is known to its grain only.</summary>
    public static JobProgress Of(JobRecord record)
    {
        var known = new JobProgress { ImageCount = record.Spec.Count, Steps = record.Spec.Steps };
        return record.Status switch
        {
            JobStatus.Queued => known,
            JobStatus.Running => known with { Phase = "steps" },
            JobStatus.Succeeded => known with { Phase = "done", ImageIndex = record.Spec.Count - 1, Step = record.Spec.Steps },
            _ => known with { Phase = "done" },
        };
    }

    public JobProgress ToProgress() => new()
    {
        Phase = Phase,
        ImageIndex = ImageIndex,
        ImageCount = ImageCount,
        Step = Step,
        Steps = Steps,
        StepsPerSecond = StepsPerSecond,
        QueuePosition = QueuePosition,
        EtaSeconds = EtaSeconds,
        Waiting = Waiting,
    };
}
