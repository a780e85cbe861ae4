using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulator;

/// <summary>One model's pool: what the scheduler's grain holds in production.</summary>
internal sealed class SimPool(string name, Measured everywhere)
{
    private readonly Queue<int> _queue = new();
    private readonly Measured _measured = new();

    public string Name => name;

    public ReplicaList Idle { get; } = new(static replica => ref replica.Idle);

    public ReplicaList Free { get; } = new(static replica => ref replica.Free);

    public ArrivalHistory History { get; } = new();

    public int BusyCount { get; private set; }

    public int LoadingCount { get; set; }

    public int LivingCount => BusyCount + Idle.Count + LoadingCount;

    public int QueuedCount => _queue.Count;

    /// <summary>What its jobs took lately; before the first, those of all pools.</summary>
    public double? JobSeconds => _measured.JobSeconds ?? everywhere.JobSeconds;

    /// <summary>What its loads took lately; before the first, those of all pools.</summary>
    public double? LoadSeconds => _measured.LoadSeconds ?? everywhere.LoadSeconds;

    /// <summary>Sum of the predicted ends of what is running.</summary>
    public double PredictedEnds { get; private set; }

    /// <summary>Idle replicas that are not promised as standby, as last planned.</summary>
    public int SurplusCount { get; set; }

    /// <summary>When it is looked at next without a reason.</summary>
    public double LookAt { get; set; } = double.PositiveInfinity;

    /// <summary>Stands among those that wait for room.</summary>
    public bool IsStarved { get; set; }

    /// <summary>Stands among those that lack standby.</summary>
    public bool LacksStandby { get; set; }

    /// <summary>Its place among the pools with idle replicas; -1 when it has none.</summary>
    public int IdlePlace { get; set; } = -1;

    public void Enqueue(int job) => _queue.Enqueue(job);

    public int Dequeue() => _queue.Dequeue();

    public int FirstQueued => _queue.Peek();

    public void Began(SimReplica replica, double now)
    {
        BusyCount++;
        replica.PredictedEnd = now + (JobSeconds ?? 0);
        PredictedEnds += replica.PredictedEnd;
    }

    public void Ended(SimReplica replica, double seconds)
    {
        BusyCount--;
        PredictedEnds = BusyCount == 0 ? 0 : PredictedEnds - replica.PredictedEnd;
        _measured.JobTook(seconds);
        everywhere.JobTook(seconds);
    }

    public void Loaded(double seconds)
    {
        _measured.LoadTook(seconds);
        everywhere.LoadTook(seconds);
    }

    public PoolDemand Demand(double now, bool countsRequests) => new()
    {
        BusyCount = BusyCount,
        IdleCount = Idle.Count,
        LivingCount = LivingCount,
        QueuedCount = QueuedCount,
        QueuedCostSeconds = countsRequests ? double.PositiveInfinity : QueuedCount * (JobSeconds ?? double.PositiveInfinity),
        BusySecondsLeft = countsRequests || JobSeconds is null ? null : Math.Max(0, PredictedEnds - (BusyCount * now)),
        LoadSeconds = LoadSeconds,
        NowSeconds = now,
    };
}

/// <summary>What was measured lately; null before the first time.</summary>
internal sealed class Measured
{
    public double? JobSeconds { get; private set; }

    public double? LoadSeconds { get; private set; }

    public void JobTook(double seconds) => JobSeconds = CostModel.Smooth(JobSeconds, seconds);

    public void LoadTook(double seconds) => LoadSeconds = CostModel.Smooth(LoadSeconds, seconds);
}
