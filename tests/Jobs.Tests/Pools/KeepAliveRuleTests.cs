namespace OrleansDiffusion.Jobs.Tests;

public sealed class KeepAliveRuleTests
{
    private static readonly PoolPolicy Policy = new() { Min = 0, KeepAlive = TimeSpan.FromSeconds(600), WaitWorth = 10 };

    [Fact]
    public void Without_history_or_quantile_it_is_the_fixed_time()
    {
        Assert.Equal(600, KeepAliveRule.Seconds(Policy, null, 1, 80));
        Assert.Equal(600, KeepAliveRule.Seconds(Policy with { KeepAliveQuantile = 0 }, Used(every: 10), 1, 80));
    }

    [Fact]
    public void With_little_history_it_is_what_the_assumption_justifies_up_to_the_fixed_time()
    {
        Assert.InRange(KeepAliveRule.Seconds(Policy, Used(every: 10, times: 3), 1, 80), 10, 100);
        Assert.Equal(600, KeepAliveRule.Seconds(Policy with { WaitWorth = 1e6 }, Used(every: 10, times: 3), 1, 80));
    }

    [Fact]
    public void A_replica_outlasts_the_quantile_of_the_pools_own_gaps_and_no_more() =>
        Assert.Equal(128, KeepAliveRule.Seconds(Policy with { WaitWorth = 1e6 }, Used(every: 100), 1, 80), 1e-9);

    [Fact]
    public void Gaps_too_spread_to_learn_from_leave_the_fixed_time_as_the_limit() =>
        Assert.Equal(600, KeepAliveRule.Seconds(Policy with { WaitWorth = 1e6 }, Used(every: 200_000), 1, 80));

    [Fact]
    public void What_loads_at_once_is_not_kept_for_long()
    {
        var history = Used(every: 100);
        Assert.Equal(128, KeepAliveRule.Seconds(Policy, history, 1, loadSeconds: 80), 1e-9);
        Assert.InRange(KeepAliveRule.Seconds(Policy, history, 1, loadSeconds: 0.5), 0, 1);
    }

    [Fact]
    public void A_replica_is_worth_having_when_it_will_probably_be_wanted_in_the_time_of_two_loads()
    {
        var history = Used(every: 100, times: 20); // Idle since 1901 s.
        Assert.True(KeepAliveRule.IsWorthHaving(Policy, history, 1, 80, nowSeconds: 1950));
        Assert.False(KeepAliveRule.IsWorthHaving(Policy, history, 1, 80, nowSeconds: 9000));
        Assert.False(KeepAliveRule.IsWorthHaving(Policy, history, 2, 80, nowSeconds: 1950)); // Two were never wanted at once.
    }

    [Fact]
    public void A_pools_standby_lapses_where_the_policy_lets_it()
    {
        var (policy, history) = (Policy with { Standby = 1, StandbyLapses = true }, Used(every: 100, times: 20));
        var idle = new PoolDemand { BusyCount = 0, IdleCount = 1, LivingCount = 1, LoadSeconds = 80, NowSeconds = 1950 };
        Assert.Equal(new PoolSize(1, 0, 1, 0, 0), WarmPoolPolicy.Size(policy, idle, history));
        Assert.Equal(new PoolSize(0, 0, 0, 0, 1), WarmPoolPolicy.Size(policy, idle with { NowSeconds = 9000 }, history));
        Assert.Equal(new PoolSize(1, 0, 1, 0, 0),
            WarmPoolPolicy.Size(policy with { StandbyLapses = false }, idle with { NowSeconds = 9000 }, history));
    }

    [Theory]
    [InlineData(5.0, 5.0, 1)] // 5 s of work, done by the busy one within the 10 s of a load.
    [InlineData(5.0, 6.0, 2)] // It is not quite free in time.
    [InlineData(25.0, 0.0, 3)] // 15 s are left over: two further ones.
    [InlineData(25.0, null, 4)] // Nothing is known of the busy one.
    public void Need_is_what_the_busy_ones_do_not_get_done_in_the_time_of_a_load(double queuedSeconds, double? leftSeconds, int desired)
    {
        var demand = new PoolDemand
        {
            BusyCount = 1, IdleCount = 0, LivingCount = 1, QueuedCount = 5,
            QueuedCostSeconds = queuedSeconds, BusySecondsLeft = leftSeconds, LoadSeconds = 10,
        };
        Assert.Equal(desired, WarmPoolPolicy.Size(Policy with { Standby = 0 }, demand).DesiredCount);
    }

    [Fact]
    public void A_plan_uses_the_history_for_each_replica_at_its_own_level()
    {
        var history = new ArrivalHistory();
        var start = ArrivalHistory.SecondsOf(Examples.Noon) - 2000;
        for (var i = 0; i < 20; i++)
        {
            history.Arrived(start + (i * 100));
            history.Ended(start + (i * 100) + 1);
        }

        var plan = WarmPoolPolicy.Decide(new PoolSituation
        {
            Policy = Policy with { Standby = 0 },
            Now = Examples.Noon,
            History = history,
            LoadSeconds = 80,
            Replicas = [Idle("a", 99), Idle("b", 130)],
        });
        Assert.Equal(["b"], plan.Retire); // Longer idle than 99 % of the gaps were.
    }

    private static PoolReplica Idle(string id, double seconds) => new(id, ReplicaPhase.Ready, 0, Examples.Noon.AddSeconds(-seconds));

    /// <summary>Jobs of one second, that often after each other.</summary>
    private static ArrivalHistory Used(double every, int times = 50)
    {
        var history = new ArrivalHistory();
        for (var i = 0; i < times; i++)
        {
            history.Arrived(i * every);
            history.Ended((i * every) + 1);
        }

        return history;
    }
}
