using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>A replica's loop on a turn scheduler of its own, as a grain gives it, with jobs that the test plays.</summary>
internal sealed class LoopStage : IReplicaListener
{
    public static readonly TimeSpan DeviceTimeout = TimeSpan.FromMinutes(2);

    public const int HandOverAttemptsMax = 3;

    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly Dictionary<string, ScribbledJob> _jobs = new(StringComparer.Ordinal);

    public LoopStage(int slotCount = 1, TimeSpan handOverAhead = default)
    {
        var options = new ReplicaOptions
        {
            CheckpointStepCount = 1,
            CheckpointInterval = TimeSpan.Zero,
            ReportInterval = TimeSpan.Zero,
            HandOverAttemptsMax = HandOverAttemptsMax,
            HandOverAhead = handOverAhead,
        };
        Loop = new ReplicaLoop(
            new WatchedRuntime(new FakeRuntime(Studio, "silo", "fake0"), "fake0", Time, DeviceTimeout), slotCount, id => Job(id),
            new PictureStore(Encoder, Artifacts, Jobs, Time, Options.Create(options), NullLogger<PictureStore>.Instance), this,
            Time, options, NullLogger.Instance);
    }

    public ManualTime Time { get; } = new();

    public FakeStudio Studio { get; } = new();

    public MemoryArtifactStore Artifacts { get; } = new();

    public MemoryJobStore Jobs { get; } = new();

    public FakeEncoder Encoder { get; } = new();

    public ReplicaLoop Loop { get; }

    public List<string> EndedLeases { get; } = [];

    public ScribbledJob Job(string id)
    {
        lock (_jobs)
        {
            if (!_jobs.TryGetValue(id, out var job)) _jobs.Add(id, job = new ScribbledJob());
            return job;
        }
    }

    /// <summary>The loop runs until it ends by itself.</summary>
    public Task Run() => Turn(Loop.Run);

    /// <summary>Does something on a turn of its own, as a request does.</summary>
    public Task Turn(Func<Task> what) => Task.Factory.StartNew(what, CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap();

    public async Task<bool> Add(string id, int steps = 4, int count = 1, JobCheckpoint? checkpoint = null, long epoch = 1)
    {
        var taken = false;
        var spec = Specs.Apple with { Prompt = id, Steps = steps, Count = count };
        await Turn(() =>
        {
            taken = Loop.TryAdd(new JobLease(id, epoch, spec, checkpoint));
            return Task.CompletedTask;
        });
        return taken;
    }

    public Task Drain(bool finishRunning) => Turn(() =>
    {
        Loop.Drain(finishRunning);
        return Task.CompletedTask;
    });

    /// <summary>Free slots as the pool hears of them.</summary>
    public List<int> ToldFreeSlots { get; } = [];

    public void Changed() => ToldFreeSlots.Add(Loop.FreeSlots);

    public void LeaseEnded(string jobId) => EndedLeases.Add(jobId);
}
