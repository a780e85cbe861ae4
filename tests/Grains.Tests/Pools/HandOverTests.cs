using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Hand-overs when the cluster is coming apart.</summary>
public sealed class HandOverTests
{
    private readonly ManualTime _time = new();
    private readonly FakeMembership _members = new();
    private readonly IGrainFactory _grains = DispatchProxy.Create<IGrainFactory, NobodyAnswers>();
    private readonly Pool _pool;

    public HandOverTests() => _pool = new Pool("emoji", _time, new PoolOptions());

    [Fact]
    public void A_call_that_fails_at_once_is_not_repeated_at_once()
    {
        Ready("emoji@v/0", "127.0.0.1:1@1");
        Enqueue("job_1");
        Calls.OnTooMany = () => _pool.Find("emoji@v/0")!.IsRetiring = true;

        Keeper().HandOut();

        Assert.Equal(1, Calls.CallCount);
        Assert.Equal(1, _pool.Find("emoji@v/0")!.FreeSlots);
    }

    [Fact]
    public void A_replica_on_a_silo_that_leaves_gets_nothing_however_ready_it_seems()
    {
        Ready("emoji@v/0", "127.0.0.1:1@1");
        Enqueue("job_1");
        _members.Leaving.Add("127.0.0.1:1@1");

        Keeper().HandOut();

        Assert.Equal((0, 1), (Calls.CallCount, _pool.Queue.Count));
        Assert.True(_pool.Find("emoji@v/0")!.IsRetiring);
    }

    [Fact]
    public void Its_job_goes_to_one_that_stays()
    {
        Ready("emoji@v/0", "127.0.0.1:1@1");
        Ready("emoji@v/1", "127.0.0.1:2@2");
        Enqueue("job_1");
        _members.Leaving.Add("127.0.0.1:1@1");

        Assert.Equal("emoji@v/1", _pool.NextHandOver(new Members(_members).IsLeaving)!.Replica.Id);
    }

    private NobodyAnswers Calls => (NobodyAnswers)_grains;

    private PoolKeeper Keeper() =>
        new(_pool, _grains, new Members(_members), new MemoryJobStore(), _time, new PoolOptions(), NullLogger.Instance) { Kick = () => { } };

    private void Enqueue(string jobId) => _pool.Enqueue(new QueuedJob(jobId, "ann", 1, 0, 1, AtHead: false));

    private void Ready(string replicaId, string siloId) => _pool.Saw(new ReplicaStatus
    {
        ReplicaId = replicaId,
        Model = "emoji",
        SiloId = siloId,
        DeviceId = "fake0",
        Phase = ReplicaPhase.Ready,
        FreeSlots = 1,
        Since = _time.GetUtcNow(),
    });

    /// <summary>A factory whose grains cannot be called: every call throws before there is anything to wait for.</summary>
    public class NobodyAnswers : DispatchProxy
    {
        private const int CallCountMax = 100;

        public int CallCount { get; private set; }

        /// <summary>Ends what would go on forever.</summary>
        public Action OnTooMany { get; set; } = () => { };

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (++CallCount >= CallCountMax) OnTooMany();
            throw new InvalidOperationException("This silo is going.");
        }
    }
}
