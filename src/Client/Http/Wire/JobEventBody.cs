using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>The data of one server-sent event of a job.</summary>
public sealed record JobEventBody
{
    /// <summary>Also the event's id; starts anew when the job moves to another node.</summary>
    public required long Sequence { get; init; }

    /// <summary>state, queued, phase, step, preview or done; also the event's name.</summary>
    public required JobEventKind Kind { get; init; }

    public required string JobId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required JobStatus Status { get; init; }

    public required ProgressBody Progress { get; init; }

    /// <summary>A small PNG, base64; only with preview.</summary>
    public byte[]? Preview { get; init; }

    /// <summary>The whole job; only with state and done.</summary>
    public JobBody? Job { get; init; }

    public static JobEventBody From(JobEvent happened) => new()
    {
        Sequence = happened.Sequence,
        Kind = happened.Kind,
        JobId = happened.JobId,
        At = happened.At,
        Status = happened.Status,
        Progress = ProgressBody.From(happened.Progress),
        Preview = happened.Preview,
        Job = happened.Record is { } record ? JobBody.From(record, happened.Progress) : null,
    };

    public JobEvent ToEvent(string tenantId) => new()
    {
        Sequence = Sequence,
        Kind = Kind,
        JobId = JobId,
        At = At,
        Status = Status,
        Progress = Progress.ToProgress(),
        Preview = Preview,
        Record = Job?.ToRecord(tenantId),
    };
}

/// <summary>The data of one line of a tenant's feed.</summary>
public sealed record FeedItemBody(string Id, JobStatus Status, ProgressBody Progress, DateTimeOffset At)
{
    public static FeedItemBody From(JobFeedItem item) => new(item.JobId, item.Status, ProgressBody.From(item.Progress), item.At);

    public JobFeedItem ToItem() => new(Id, Status, Progress.ToProgress(), At);
}
