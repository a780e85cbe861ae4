using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Hand-overs when the cluster is coming apart.</summary>
public sealed class HandOverTests
{
    [Fact]
    public void A_call_that_fails_at_once_is_not_repeated_at_once()
    {
        var time = new ManualTime();
        var pool = new Pool("emoji", time, new PoolOptions());
        pool.Saw(ReadyReplica(time));
        pool.Enqueue(new QueuedJob("job_1", "ann", 1, 0, 1, AtHead: false));
        var grains = DispatchProxy.Create<IGrainFactory, NobodyAnswers>();
        var calls = (NobodyAnswers)grains;
        calls.OnTooMany = () => pool.Find("emoji@v/0")!.IsRetiring = true;
        var keeper = new PoolKeeper(
            pool, grains, new Members(new FakeMembership()), new MemoryJobStore(), time, new PoolOptions(), NullLogger.Instance)
        {
            Kick = () => { },
        };

        keeper.HandOut();

        Assert.Equal(1, calls.CallCount);
        Assert.Equal(1, pool.Find("emoji@v/0")!.FreeSlots);
    }

    private static ReplicaStatus ReadyReplica(ManualTime time) => new()
    {
        ReplicaId = "emoji@v/0",
        Model = "emoji",
        SiloId = "127.0.0.1:1@1",
        DeviceId = "fake0",
        Phase = ReplicaPhase.Ready,
        FreeSlots = 1,
        Since = time.GetUtcNow(),
    };

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
