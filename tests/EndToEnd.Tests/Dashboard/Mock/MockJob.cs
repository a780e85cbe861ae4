using System.Text.Json.Nodes;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

/// <summary>A job that moves only when a test says so; each move is told to its own watchers and to the feed.</summary>
internal sealed class MockJob(string id, JsonObject body, DateTimeOffset createdAt, MockJobs jobs)
{
    private object[] _phases = [];
    private object[] _artifacts = [];
    private DateTimeOffset? _startedAt;
    private DateTimeOffset? _finishedAt;
    private string? _waiting;
    private double? _etaSeconds;
    private int? _position = 1;
    private string _phase = "queued";
    private int _step;
    private int _image;
    private double? _rate;
    private object? _error;
    private double _phaseClock;
    private long _sequence;

    public string Id => id;

    public string Status { get; private set; } = "queued";

    public DateTimeOffset CreatedAt => createdAt;

    public JsonObject Body => body;

    public Broadcast Events { get; } = new();

    public string Prompt => Text("prompt", "");

    public int Width => Number("width", 64);

    public int Height => Number("height", 64);

    public int Steps => Number("steps", 25);

    public int Count => Number("count", 1);

    public long Seed => body["seed"]?.GetValue<long>() ?? jobs.SeedOf(id);

    public IReadOnlyList<string> Warnings { get; set; } = [];

    private bool IsFinal => Status is "succeeded" or "failed" or "cancelled";

    public void Wait(int position, double etaSeconds, string? waiting = null)
    {
        (_position, _etaSeconds, _waiting) = (position, etaSeconds, waiting);
        Tell("queued");
    }

    /// <summary>A phase begins; the one before took <paramref name="secondsBefore"/>.</summary>
    public void Begin(string phase, double secondsBefore = 0.01)
    {
        Close(secondsBefore);
        _phase = phase;
        _waiting = null;
        _position = null;
        if (Status == "queued") _startedAt = createdAt.AddSeconds(_phaseClock);
        Status = "running";
        Tell("phase");
    }

    public void Step(int step, double rate = 31.2, double? etaSeconds = null, int image = 0)
    {
        (_step, _rate, _etaSeconds, _image) = (step, rate, etaSeconds, image);
        Tell("step");
    }

    public void Preview(double noise) => Tell("preview", Painter.Paint(Seed, Width, Height, noise));

    public void Succeed(double secondsBefore = 0.01)
    {
        _artifacts = [.. Enumerable.Range(0, Count).Select(Draw)];
        _step = Steps;
        End("succeeded", secondsBefore);
    }

    public void Fail(string code, string message)
    {
        _error = new { Code = code, Message = message };
        End("failed", 0.01);
    }

    /// <summary>Does nothing to a job that has ended.</summary>
    public void Cancel()
    {
        if (!IsFinal) End("cancelled", 0.01);
    }

    public object ToWire() => new
    {
        Id = id,
        Status,
        Model = Text("model", "emoji"),
        ModelVersion = "5b1f6a0c9d3e",
        CreatedAt = createdAt,
        StartedAt = _startedAt,
        FinishedAt = _finishedAt,
        Request = new
        {
            Prompt,
            NegativePrompt = body["negative_prompt"]?.GetValue<string>(),
            Width,
            Height,
            Steps,
            Guidance = body["guidance"]?.GetValue<double>() ?? 5,
            Seed,
            Count,
            Sampler = Text("sampler", "ddim"),
            Format = Text("format", "png"),
            Quality = Number("quality", 90),
            Priority = 0,
        },
        Progress = Progress(),
        Artifacts = _artifacts,
        Error = _error,
        Phases = _phases,
        Warnings,
        Device = _startedAt is null ? null : "local/cpu0",
        Replica = _startedAt is null ? null : "emoji@5b1f6a0c9d3e/0",
        FailedAttempts = 0,
    };

    public SseEvent StateEvent() => new(IsFinal ? "done" : "state", Event(IsFinal ? "done" : "state", null));

    private string Text(string name, string fallback) => body[name]?.GetValue<string>() ?? fallback;

    private int Number(string name, int fallback) => body[name]?.GetValue<int>() ?? fallback;

    private object Draw(int index)
    {
        var artifactId = $"{id}-{index}";
        var file = Painter.Paint(Seed + index, Width, Height);
        jobs.Store(artifactId, file);
        return new
        {
            Id = artifactId,
            Index = index,
            Url = $"/v1/artifacts/{artifactId}",
            ContentType = "image/png",
            Bytes = file.Length,
            Width,
            Height,
            Seed = Seed + index,
        };
    }

    private void Close(double seconds)
    {
        _phases = [.. _phases, new { Name = _phase, StartSeconds = _phaseClock, Seconds = seconds }];
        _phaseClock += seconds;
    }

    private void End(string status, double secondsBefore)
    {
        Close(secondsBefore);
        _startedAt ??= createdAt;
        _finishedAt = createdAt.AddSeconds(_phaseClock);
        Status = status;
        _phase = "done";
        Tell("done");
    }

    private void Tell(string kind, byte[]? preview = null)
    {
        Events.Send(new SseEvent(kind, Event(kind, preview)));
        if (kind != "preview") jobs.TellFeed(new { Id = id, Status, Progress = Progress(), At = DateTimeOffset.UtcNow });
    }

    private object Event(string kind, byte[]? preview) => new
    {
        Sequence = ++_sequence,
        Kind = kind,
        JobId = id,
        At = DateTimeOffset.UtcNow,
        Status,
        Progress = Progress(),
        Preview = preview,
        Job = kind is "state" or "done" ? ToWire() : null,
    };

    private object Progress() => new
    {
        Phase = _phase,
        ImageIndex = _image,
        ImageCount = Count,
        Step = _step,
        Steps,
        StepsPerSecond = _rate,
        QueuePosition = _position,
        EtaSeconds = _etaSeconds,
        Waiting = _waiting,
        Fraction = Status == "succeeded" ? 1 : ((_image * Steps) + _step) / (double)(Count * Steps),
    };
}
