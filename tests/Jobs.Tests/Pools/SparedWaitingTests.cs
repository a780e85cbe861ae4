using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

/// <summary>What a replica spares by being there, at every level of a pool.</summary>
public sealed class SparedWaitingTests
{
    private static readonly Gen<(double[] Gaps, double[] Uses, int Level, double Load)> Pools =
        from gaps in Gen.Choose(0, 500_000).Select(tenths => tenths / 10.0).ArrayOf(20)
        from uses in Gen.Choose(0, 50_000).Select(tenths => tenths / 10.0).ArrayOf(20)
        from level in Gen.Choose(1, 5)
        from load in Gen.Choose(0, 3000)
        select (gaps, uses, level, load / 10.0);

    [Fact]
    public void The_first_spares_a_load_whatever_the_history() =>
        Assert.Equal(80, KeepAliveRule.SparedSeconds(Pool(level: 1, gap: 100, use: 1), 1, 80));

    [Fact]
    public void Without_enough_history_a_further_one_spares_a_load_too() =>
        Assert.Equal(80, KeepAliveRule.SparedSeconds(Pool(level: 2, gap: 100, use: 1, times: 4), 2, 80));

    [Fact]
    public void A_further_one_that_is_in_use_for_longer_than_a_load_spares_a_load() =>
        Assert.Equal(80, KeepAliveRule.SparedSeconds(Pool(level: 3, gap: 100, use: 1000), 3, 80), 1e-9);

    [Fact]
    public void A_further_one_that_is_wanted_for_a_moment_now_and_then_spares_little_more_than_that_moment()
    {
        // Uses of 2 to 2.8 s count as 2.414, gaps of 1000 s as the 80 of a load.
        const double Use = 2.414213562373095;
        Assert.Equal(Use + ((80 - Use) * Use / (Use + 80)), KeepAliveRule.SparedSeconds(Pool(level: 2, gap: 1000, use: 2.5), 2, 80), 1e-9);
    }

    [Fact]
    public void A_further_one_that_is_in_use_half_of_the_time_spares_more_than_half_a_load() =>
        Assert.InRange(KeepAliveRule.SparedSeconds(Pool(level: 2, gap: 2.5, use: 2.5), 2, 80), 40, 43);

    [Fact]
    public void Nobody_spares_more_than_a_load_or_less_than_nothing() =>
        Properties.Hold(Pools, pool =>
        {
            var history = new ArrivalHistory();
            var now = 0.0;
            foreach (var (gap, use) in pool.Gaps.Zip(pool.Uses)) now = Use(history, pool.Level, now + gap, use);
            Assert.InRange(KeepAliveRule.SparedSeconds(history, pool.Level, pool.Load), 0, pool.Load * (1 + 1e-9));
        });

    [Fact]
    public void What_loads_in_no_time_spares_nothing() =>
        Assert.Equal(0, KeepAliveRule.SparedSeconds(Pool(level: 2, gap: 10, use: 10), 2, 0));

    [Fact]
    public void Where_waiting_is_worth_nothing_one_idles_while_that_is_cheaper_than_a_load()
    {
        var (policy, history) = (new PoolPolicy { WaitWorth = 0 }, Pool(level: 1, gap: 10, use: 1));
        Assert.InRange(KeepAliveRule.Seconds(policy, history, 1, loadSeconds: 80), 10, 20);
        Assert.Equal(0, KeepAliveRule.Seconds(policy, history, 1, loadSeconds: 0.5));
    }

    [Fact]
    public void A_large_pool_holds_more_standby_than_promised_as_far_as_it_is_worth_it()
    {
        var policy = new PoolPolicy { Min = 0, Standby = 1, StandbyLapses = true };
        var history = new ArrivalHistory();
        for (var i = 0; i < 40; i++) history.Arrived(0);
        var now = 0.0;
        for (var i = 0; i < 20; i++) now = Use(history, 4, now + 10, 50); // Levels 41 to 44 are in use most of the time.
        for (var i = 0; i < 4; i++) history.Ended(now); // 36 are left.

        int StandbyOf(PoolPolicy of) => WarmPoolPolicy.Size(
            of, new() { BusyCount = 36, IdleCount = 0, LivingCount = 36, LoadSeconds = 80, NowSeconds = now + 1 }, history).StandbyTarget;
        Assert.Equal(6, StandbyOf(policy)); // The square root of 36.
        Assert.Equal(8, StandbyOf(policy with { Standby = 9 })); // Nobody ever wanted the ninth.
        Assert.Equal(0, StandbyOf(policy with { Standby = 0 }));
        Assert.Equal(0, StandbyOf(policy with { WaitWorth = 0.01 }));
        Assert.Equal(1, StandbyOf(policy with { StandbyLapses = false }));
    }

    private static ArrivalHistory Pool(int level, double gap, double use, int times = 30)
    {
        var history = new ArrivalHistory();
        var now = 0.0;
        for (var i = 0; i < times; i++) now = Use(history, level, now + gap, use);
        return history;
    }

    /// <summary>So many jobs at once, all of the same length; the moment of their end.</summary>
    private static double Use(ArrivalHistory history, int count, double start, double seconds)
    {
        for (var i = 0; i < count; i++) history.Arrived(start);
        for (var i = 0; i < count; i++) history.Ended(start + seconds);
        return start + seconds;
    }
}
