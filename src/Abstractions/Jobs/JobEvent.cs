using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

public enum JobEventKind
{
    /// <summary>The whole current state; always the first event a watcher gets.</summary>
    State,

    /// <summary>Waiting: position, ETA and what it waits for.</summary>
    Queued,

    /// <summary>A phase began: load, encode, steps, decode, store.</summary>
    Phase,

    /// <summary>Step k of n of picture i is done.</summary>
    Step,

    /// <summary>A small picture of the work so far.</summary>
    Preview,

    /// <summary>Final: the record says how it ended.</summary>
    Done,
}

/// <summary>One thing that happened to a job, for its watchers.</summary>
[GenerateSerializer, Immutable]
public sealed record JobEvent
{
    /// <summary>Grows by one with each event of a job; starts anew when the job's grain moves.</summary>
    [Id(0)]
    public required long Sequence { get; init; }

    [Id(1)]
    public required JobEventKind Kind { get; init; }

    [Id(2)]
    public required string JobId { get; init; }

    [Id(3)]
    public required DateTimeOffset At { get; init; }

    [Id(4)]
    public required JobStatus Status { get; init; }

    [Id(5)]
    public required JobProgress Progress { get; init; }

    /// <summary>PNG, at most <see cref="PreviewBytesMax"/>; only with <see cref="JobEventKind.Preview"/>.</summary>
    [Id(6)]
    public byte[]? Preview { get; init; }

    /// <summary>With State and Done.</summary>
    [Id(7)]
    public JobRecord? Record { get; init; }

    public const int PreviewBytesMax = 64 * 1024;
}

/// <summary>Where a job stands this moment; not stored.</summary>
[GenerateSerializer, Immutable]
public sealed record JobProgress
{
    /// <summary>queued, load, encode, steps, decode, store or done.</summary>
    [Id(0)]
    public string Phase { get; init; } = "queued";

    /// <summary>0-based picture in work.</summary>
    [Id(1)]
    public int ImageIndex { get; init; }

    [Id(2)]
    public int ImageCount { get; init; }

    /// <summary>Steps done of the picture in work.</summary>
    [Id(3)]
    public int Step { get; init; }

    [Id(4)]
    public int Steps { get; init; }

    [Id(5)]
    public double? StepsPerSecond { get; init; }

    /// <summary>1-based place in the queue; null when not waiting.</summary>
    [Id(6)]
    public int? QueuePosition { get; init; }

    /// <summary>Seconds until the job is expected to end.</summary>
    [Id(7)]
    public double? EtaSeconds { get; init; }

    /// <summary>What a waiting job waits for, such as "the model is loading (40 %)".</summary>
    [Id(8)]
    public string? Waiting { get; init; }

    /// <summary>0..1 over all pictures.</summary>
    public double Fraction => ImageCount * Steps == 0 ? 0 : Math.Clamp(((ImageIndex * Steps) + Step) / (double)(ImageCount * Steps), 0, 1);
}

/// <summary>A line of a tenant's feed: enough to keep a list of jobs current.</summary>
[GenerateSerializer, Immutable]
public sealed record JobFeedItem(
    [property: Id(0)] string JobId, [property: Id(1)] JobStatus Status, [property: Id(2)] JobProgress Progress, [property: Id(3)] DateTimeOffset At);
