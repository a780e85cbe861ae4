using System.Text.Json.Nodes;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

/// <summary>A cluster of two silos that a test can change; watchers hear of every change.</summary>
internal sealed class MockCluster
{
    private const long Gibibyte = 1L << 30;
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow.AddHours(-3);

    public Broadcast Events { get; } = new();

    public DateTimeOffset At { get; set; } = DateTimeOffset.UtcNow;

    public int StandbyCount { get; set; } = 1;

    public string? DeficitReason { get; set; }

    public double DeficitSeconds { get; set; }

    public bool IsSecondReplicaLoading { get; set; }

    public bool IsDraining { get; set; }

    public long SchedulerCalls { get; set; } = 8120;

    public int QueuedCount { get; set; }

    public IReadOnlyList<string> ActiveJobs { get; set; } = [];

    public JsonNode Policy { get; set; } = JsonNode.Parse("""
        {"min": 1, "max": 64, "step": 1, "standby": 1, "standby_lapses": false, "weights_standby": null, "keep_alive_seconds": 600, "keep_alive_quantile": 0.99,
        "keep_alive_max_seconds": 86400, "wait_worth": 10, "schedules": [], "queue_count_max": 1000, "batch_max": 1,
        "needs": {"provider": null, "labels": {}}}
        """)!;

    public void Tell() => Events.Send(new SseEvent("cluster", ToWire()));

    public object ToWire() => new
    {
        Engine = "Orleans 10",
        Version = "0.1.0",
        At,
        Silos = new[] { Silo("silo-a", "studio-1", ReadyReplica(), isDraining: false), Silo("silo-b", "studio-2", SecondReplica(), IsDraining) },
        Pools = new[] { Pool() },
        Grains = new[]
        {
            Grain("Job", 42, 1873, 0, 0.42, 3.1), Grain("Scheduler", 1, SchedulerCalls, 0, 0.11, 0.9),
            Grain("Model", 2, 611, 2, 1.9, 24.5), Grain("Cluster", 1, 15_402, 0, 0.08, 0.4),
        },
    };

    private object Pool() => new
    {
        Model = "emoji",
        Queued = QueuedCount,
        Running = ActiveJobs.Count,
        Desired = 2,
        Standby = StandbyCount,
        StandbyTarget = 1,
        DeficitReason,
        DeficitSeconds,
        Policy,
        Replicas = new[] { ReadyReplica(), SecondReplica() },
    };

    private object ReadyReplica() => Replica("0", "silo-a", "cpu0", "ready", 1, null, ActiveJobs);

    private object SecondReplica() => IsSecondReplicaLoading
        ? Replica("1", "silo-b", "cuda0", "loading", 0.6, "creating the session of the unet", [])
        : Replica("1", "silo-b", "cuda0", "ready", 1, null, []);

    private object Replica(string ordinal, string silo, string device, string phase, double progress, string? message, IReadOnlyList<string> activeJobs) => new
    {
        Id = $"emoji@5b1f6a0c9d3e/{ordinal}",
        Model = "emoji",
        Silo = silo,
        Device = device,
        Phase = phase,
        Progress = progress,
        Message = message,
        ActiveJobs = activeJobs,
        FreeSlots = phase == "ready" ? 1 - activeJobs.Count : 0,
        StepSecondsPerMegapixel = phase == "ready" ? 3.1 : (double?)null,
        LoadSeconds = phase == "ready" ? 0.84 : (double?)null,
        LoadPhases = phase == "ready"
            ? new[] { Phase("order", 0, 0.02), Phase("text_encoder", 0.02, 0.11), Phase("unet", 0.13, 0.43), Phase("warm_up", 0.56, 0.28) }
            : [],
        Since = _startedAt,
    };

    private object Silo(string id, string host, object replica, bool isDraining) => new
    {
        Id = id,
        Host = host,
        StartedAt = _startedAt,
        LastSeenAt = At,
        Draining = isDraining,
        ProcessBytes = 412L << 20,
        Devices = new object[]
        {
            id == "silo-a"
                ? Device("cpu0", "cpu", "AMD EPYC 7763, 8 cores", 8 * Gibibyte, 180L << 20, ActiveJobs.Count > 0, "stable")
                : Device("cuda0", "cuda", "NVIDIA L4", 24 * Gibibyte, 23 * Gibibyte, false, "spot"),
        },
        Replicas = new[] { replica },
    };

    private static object Device(string id, string provider, string name, long memory, long reserved, bool isBusy, string pool) => new
    {
        Id = id,
        Provider = provider,
        Name = name,
        MemoryBytes = memory,
        ReservedBytes = reserved,
        Busy = isBusy,
        Labels = new Dictionary<string, string> { ["zone"] = "north", ["pool"] = pool },
    };

    private static object Phase(string name, double start, double seconds) => new { Name = name, StartSeconds = start, Seconds = seconds };

    private static object Grain(string type, int activations, long calls, long failures, double mean, double p99) => new
    {
        Type = type,
        Activations = activations,
        Calls = calls,
        Failures = failures,
        LatencyMeanMs = mean,
        LatencyP99Ms = p99,
    };
}
