namespace OrleansDiffusion.Jobs.Tests;

public sealed class WarmPoolPolicyTests
{
    private static readonly PoolPolicy OneByOne = new() { Min = 0, Max = 8, Step = 1 };

    [Fact]
    public void A_new_pool_orders_its_standby()
    {
        var plan = Decide(OneByOne with { Step = 3 });
        Assert.Equal(3, plan.AddCount);
        Assert.Equal(3, plan.DesiredCount);
        Assert.Equal("3 replicas ordered now", plan.DeficitReason);
    }

    [Fact]
    public void Taking_the_standby_replica_into_use_orders_its_replacement_at_once()
    {
        Assert.Equal(0, Decide(OneByOne, Idle("a")).AddCount);
        var plan = Decide(OneByOne, Busy("a"));
        Assert.Equal(1, plan.AddCount);
        Assert.Equal(0, plan.StandbyCount);
        Assert.Equal(1, plan.StandbyTarget);
    }

    [Fact]
    public void A_replica_on_the_way_is_not_ordered_again()
    {
        var plan = Decide(OneByOne, Busy("a"), Loading("b"));
        Assert.Equal(0, plan.AddCount);
        Assert.Equal("1 replica on the way", plan.DeficitReason);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 8)]
    [InlineData(4, 8)]
    [InlineData(5, 12)]
    public void Replicas_come_in_steps(int busyCount, int desired) =>
        Assert.Equal(desired, Decide(OneByOne with { Step = 4, Max = 100 }, Enumerable.Range(0, busyCount).Select(i => Busy($"r{i}")).ToArray()).DesiredCount);

    [Fact]
    public void Min_and_max_bound_the_pool()
    {
        Assert.Equal(5, Decide(OneByOne with { Min = 5 }).AddCount);
        var plan = Decide(OneByOne with { Max = 2 }, Busy("a"), Busy("b"));
        Assert.Equal(0, plan.AddCount);
        Assert.Equal("the pool is at its maximum of 2 replicas", plan.DeficitReason);
    }

    [Fact]
    public void A_paused_pool_orders_nothing_for_its_queue_and_lets_the_idle_go_at_once()
    {
        var situation = Situation(OneByOne with { Max = 0 }, Idle("a"), Busy("b")) with { QueuedCount = 9, QueuedCostSeconds = 1000, LoadSeconds = 1 };
        var plan = WarmPoolPolicy.Decide(situation);
        Assert.Equal(0, plan.AddCount);
        Assert.Equal(["a"], plan.Retire);
    }

    [Theory]
    [InlineData(1, 100.0, 1, 2)] // One job cannot use two replicas.
    [InlineData(10, 100.0, 1, 11)] // All of them would be busy for the time of a load.
    [InlineData(10, 25.0, 1, 4)] // Three are through with it in the time of a load.
    [InlineData(10, 0.5, 1, 2)] // One is.
    [InlineData(10, 100.0, 4, 4)] // Three replicas of four slots.
    public void A_queue_asks_for_as_many_replicas_as_it_keeps_busy_for_the_time_of_a_load(int count, double costSeconds, int batchMax, int desired)
    {
        var situation = Situation(OneByOne with { BatchMax = batchMax, Max = 100 }) with { QueuedCount = count, QueuedCostSeconds = costSeconds, LoadSeconds = 10 };
        Assert.Equal(desired, WarmPoolPolicy.Decide(situation).DesiredCount);
    }

    [Fact]
    public void A_load_that_was_never_measured_is_assumed_to_take_its_default() =>
        Assert.Equal(4, WarmPoolPolicy.Decide(Situation(OneByOne) with { QueuedCount = 10, QueuedCostSeconds = 30 }).DesiredCount);

    [Fact]
    public void What_idles_above_the_target_goes_after_its_keep_alive_longest_idle_first()
    {
        var policy = OneByOne with { KeepAlive = TimeSpan.FromSeconds(60) };
        Assert.Empty(Decide(policy, Idle("a", 10), Idle("b", 59), Idle("c", 30)).Retire);
        Assert.Equal(["b"], Decide(policy, Idle("a", 10), Idle("b", 60), Idle("c", 30)).Retire);
        Assert.Equal(["b", "c"], Decide(policy, Idle("a", 100), Idle("b", 300), Idle("c", 200)).Retire);
        Assert.Equal(["a"], Decide(policy, Idle("b", 100), Idle("a", 100)).Retire);
    }

    [Fact]
    public void The_last_replica_goes_only_when_the_policy_allows_scaling_to_zero()
    {
        Assert.Empty(Decide(OneByOne with { Min = 1, Standby = 0 }, Idle("a", 1e6)).Retire);
        Assert.Equal(["a"], Decide(OneByOne with { Min = 0, Standby = 0 }, Idle("a", 1e6)).Retire);
        Assert.Empty(Decide(OneByOne with { Min = 0, Standby = 1 }, Idle("a", 1e6)).Retire);
    }

    [Fact]
    public void An_idle_replica_stays_until_the_one_that_is_to_replace_it_is_ready() =>
        Assert.Empty(Decide(OneByOne, Idle("a", 1e6), Loading("b")).Retire);

    [Fact]
    public void A_lowered_maximum_is_met_without_waiting_for_the_keep_alive() =>
        Assert.Equal(["b", "c"], Decide(OneByOne with { Max = 1 }, Idle("a", 1), Idle("b", 3), Idle("c", 2)).Retire);

    [Fact]
    public void Replicas_that_leave_do_not_count()
    {
        var plan = Decide(OneByOne, new("a", ReplicaPhase.Draining, 1, null), new PoolReplica("b", ReplicaPhase.Stopped, 0, null));
        Assert.Equal(1, plan.AddCount);
        Assert.Empty(plan.Retire);
    }

    [Fact]
    public void Where_nothing_can_be_added_the_reason_is_the_deficits_reason()
    {
        var situation = Situation(OneByOne with { Standby = 3 }, Busy("a"), Loading("b")) with { CannotAddBecause = "no device has 24 GiB free" };
        var plan = WarmPoolPolicy.Decide(situation);
        Assert.Equal(0, plan.AddCount);
        Assert.Equal("1 replica on the way; no device has 24 GiB free", plan.DeficitReason);
    }

    [Fact]
    public void A_complete_standby_has_no_deficit() => Assert.Null(Decide(OneByOne, Idle("a"), Busy("b")).DeficitReason);

    private static PoolPlan Decide(PoolPolicy policy, params PoolReplica[] replicas) => WarmPoolPolicy.Decide(Situation(policy, replicas));

    private static PoolSituation Situation(PoolPolicy policy, params PoolReplica[] replicas) =>
        new() { Policy = policy, Now = Examples.Noon, Replicas = replicas };

    private static PoolReplica Idle(string id, double seconds = 0) => new(id, ReplicaPhase.Ready, 0, Examples.Noon.AddSeconds(-seconds));

    private static PoolReplica Busy(string id) => new(id, ReplicaPhase.Ready, 1, null);

    private static PoolReplica Loading(string id) => new(id, ReplicaPhase.Loading, 0, null);
}
