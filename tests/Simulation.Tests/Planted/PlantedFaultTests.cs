using System.Buffers.Binary;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>An invariant that finds nothing may be blind: each must find what is planted for it, in few seeds.</summary>
public sealed class PlantedFaultTests
{
    [Fact]
    public void A_store_that_loses_a_requeue_is_found_out() => Finds(nameof(PromisedIsKept), seedCount: 20, new Faults
    {
        Jobs = rows => new PlantedStore(rows)
        {
            OnUpdate = (job, epoch) => job.Status == JobStatus.Queued ? Task.FromResult(true) : rows.Update(job, epoch, default),
        },
    });

    [Fact]
    public void A_store_that_accepts_a_late_epoch_is_found_out() => Finds(nameof(NewestEpochWrites), seedCount: 100, new Faults
    {
        Jobs = rows => new PlantedStore(rows) { OnUpdate = (job, _) => WithoutFence(rows, job) },
        Plan = plan => plan with { Mishaps = [.. plan.Mishaps, .. CutOffWhileStoresCrawl(plan)] },
    });

    [Fact]
    public void A_store_that_forgets_an_insert_is_found_out() => Finds(nameof(AcceptedIsKept), seedCount: 20, new Faults
    {
        Jobs = rows => new PlantedStore(rows) { OnInsert = Task.FromResult },
    });

    [Fact]
    public void A_lease_that_is_handed_out_twice_is_found_out()
    {
        JobLease? first = null;
        Finds(nameof(OneHolderPerEpoch), seedCount: 20, new Faults
        {
            Call = async context =>
            {
                await context.Invoke();
                if (context.MethodName != nameof(IJobGrain.Lease) || context.Result is not JobLease lease) return;
                first ??= lease;
                context.Result = first;
            },
        });
    }

    [Fact]
    public void Orders_to_hold_weights_ahead_that_nobody_gets_are_found_out() => Finds(nameof(WeightsAreAhead), seedCount: 20, new Faults
    {
        Call = async context =>
        {
            await context.Invoke();
            if (context.MethodName == nameof(IClusterGrain.Heartbeat)) context.Result = null;
        },
        Plan = plan => plan with { Models = ["emoji"], Machines = ["a", "b", "c", "d", "e", "f"], Orders = [], Mishaps = [] },
    });

    [Fact]
    public void Orders_for_more_than_a_machine_can_hold_are_found_out() => Finds(nameof(WeightsFit), seedCount: 20, new Faults
    {
        Call = async context =>
        {
            await context.Invoke();
            if (context.Result is WeightsOrders { Disk: [var one, ..] } orders) context.Result = orders with { Memory = [one, one] };
        },
    });

    [Fact]
    public void A_cancel_that_only_says_so_is_found_out() => Finds(nameof(FinalStaysFinal), seedCount: 20, new Faults
    {
        Call = context =>
        {
            if (context is not { MethodName: nameof(IJobGrain.Cancel), Grain: JobGrain }) return context.Invoke();
            context.Result = true;
            return Task.CompletedTask;
        },
    });

    [Fact]
    public void A_job_that_is_shown_to_strangers_is_found_out() => Finds(nameof(TenantsApart), seedCount: 20, plan => new Faults
    {
        Call = context =>
        {
            if (context is { MethodName: nameof(IJobGrain.Get), Grain: JobGrain })
                context.Request.SetArgument(0, plan.Orders.First(order => order.JobId == context.TargetId.Key.ToString()).TenantId);
            return context.Invoke();
        },
    });

    [Fact]
    public void A_device_that_promises_more_memory_than_it_has_is_found_out() => Finds(nameof(MemoryFits), seedCount: 50, new Faults
    {
        Told = devices => [.. devices.Select(device => device with { MemoryBytes = device.MemoryBytes * 10 })],
    });

    [Fact]
    public void A_replica_on_the_wrong_device_is_found_out() =>
        Finds(nameof(OneThingPerDevice), seedCount: 50, new Faults { Misplaced = _ => "fake0" });

    [Fact]
    public void A_checkpoint_that_repeats_a_step_is_found_out() => Finds(nameof(PicturesAsAlone), seedCount: 50, new Faults { Checkpoint = OneStepBack });

    [Fact]
    public void A_job_that_is_tried_too_often_is_found_out() => Finds(nameof(FailuresAreBounded), seedCount: 100, new Faults
    {
        Settings = options => options.Retries = new RetryPlan { FailedAttemptsMax = 9 },
    });

    [Fact]
    public void A_pool_that_admits_everybody_is_found_out() => Finds(nameof(QueuesAreBounded), seedCount: 50, new Faults
    {
        Call = async context =>
        {
            await context.Invoke();
            if (context is { MethodName: nameof(ISchedulerGrain.Admits), Grain: SchedulerGrain }) context.Result = null;
        },
        Plan = plan => plan with { Orders = [.. plan.Orders.Select(order => order with { At = TimeSpan.Zero })], Policy = plan.Policy with { QueueCountMax = 1 } },
    });

    [Fact]
    public void An_enqueue_that_is_dropped_is_found_out() => Finds(nameof(EveryJobEnds), seedCount: 5, new Faults
    {
        Call = context =>
        {
            if (context is not { MethodName: nameof(ISchedulerGrain.Enqueue), Grain: SchedulerGrain }) return context.Invoke();
            context.Result = new EnqueueAnswer(null, null);
            return Task.CompletedTask;
        },
    });

    [Fact]
    public void A_replica_that_is_never_loaded_is_found_out() => Finds(nameof(StandbyIsBack), seedCount: 1, new Faults
    {
        Call = context => context is { MethodName: nameof(IModelGrain.Load), Grain: ModelGrain } ? Task.CompletedTask : context.Invoke(),
        Plan = plan => plan with { Orders = [] },
    });

    [Fact]
    public void An_eviction_that_only_says_so_is_found_out() => Finds(nameof(EveryJobEnds), seedCount: 20, new Faults
    {
        Call = context =>
        {
            if (context is not { MethodName: nameof(ISchedulerGrain.Yield), Grain: SchedulerGrain }) return context.Invoke();
            context.Result = true;
            return Task.CompletedTask;
        },
        Plan = plan => plan with { Models = ["emoji", "photo", "sketch", "comic", "pixel", "wool", "ink"], DeviceBytes = Fakes.Models.MemoryBytes, Mishaps = [] },
    });

    private static IEnumerable<Mishap> CutOffWhileStoresCrawl(Plan plan) =>
    [
        new Mishap(plan.StormTime * 0.3, MishapKind.StoresCrawl, 0, plan.StormTime * 0.6),
        new Mishap(plan.StormTime * 0.4, MishapKind.IsCutOff, 0, plan.StormTime * 0.3),
    ];

    private static Task<bool> WithoutFence(IJobStore rows, JobRecord job)
    {
        var row = rows.Find(job.Id, default).GetAwaiter().GetResult();
        return row is null ? Task.FromResult(false) : rows.Update(job, row.Epoch, default);
    }

    private static byte[] OneStepBack(byte[] state)
    {
        BinaryPrimitives.WriteInt64LittleEndian(state, Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(state) - 1));
        return state;
    }

    private static void Finds(string invariant, int seedCount, Faults faults) => Finds(invariant, seedCount, _ => faults);

    /// <summary>Plays seeds until one breaks something, which must be that invariant.</summary>
    private static void Finds(string invariant, int seedCount, Func<Plan, Faults> plant)
    {
        for (var seed = 1; seed <= seedCount; seed++)
        {
            var plan = Plans.Of(seed);
            plan = plant(plan).Plan(plan);
            var breach = Record.Exception(() => World.Play(plan, plant(plan)));
            if (breach is null) continue;
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {breach.Message}");
            Assert.Equal(invariant, Assert.IsType<InvariantBrokenException>(breach).Invariant);
            return;
        }

        Assert.Fail($"{invariant} found nothing in {seedCount} seeds.");
    }
}
