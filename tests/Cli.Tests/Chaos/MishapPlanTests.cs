using OrleansDiffusion.Cli.Chaos;

namespace OrleansDiffusion.Cli.Tests.Chaos;

public sealed class MishapPlanTests
{
    private static readonly TimeSpan TwoMinutes = TimeSpan.FromMinutes(2);

    private static readonly IReadOnlyList<Mishap>[] Plans = [.. Enumerable.Range(0, 500).Select(seed => MishapPlan.Of(seed, TwoMinutes, siloCount: 3))];

    [Fact]
    public void The_same_seed_is_the_same_plan_and_another_seed_another_one()
    {
        Assert.Equal(Plans[7], MishapPlan.Of(7, TwoMinutes, siloCount: 3));
        Assert.NotEqual(Plans[7], Plans[8]);
    }

    [Fact]
    public void Everything_is_put_right_before_the_run_ends() =>
        Assert.All(Plans, plan => Assert.All(plan, mishap => Assert.InRange(mishap.Until, mishap.At, TwoMinutes)));

    [Fact]
    public void One_silo_is_left_alone_at_any_time() =>
        Assert.All(Plans, plan => Assert.All(plan, mishap => Assert.InRange(
            plan.Where(other => other.IsOfSilo && other.At <= mishap.At && other.Until > mishap.At).Select(other => other.Target).Distinct().Count(), 0, 2)));

    [Fact]
    public void A_target_is_left_in_peace_after_a_mishap() =>
        Assert.All(Plans, plan => Assert.All(plan.GroupBy(mishap => mishap.Target), target =>
            Assert.All(target.Zip(target.Skip(1)), pair => Assert.True(pair.Second.At >= pair.First.Until + MishapPlan.Respite))));

    [Fact]
    public void PostgreSQL_is_away_for_a_quarter_of_the_time_at_most_and_for_2_to_30_s_at_once() =>
        Assert.All(Plans.Select(plan => plan.Where(mishap => mishap.IsOfDatabase).ToList()), away =>
        {
            Assert.InRange(away.Sum(mishap => mishap.Lasts.TotalSeconds), 0, 30);
            Assert.All(away, mishap => Assert.InRange(mishap.Lasts.TotalSeconds, 2, 30));
        });

    [Fact]
    public void Every_kind_happens_and_silos_of_every_number_are_hit()
    {
        var all = Plans.SelectMany(plan => plan).ToList();

        Assert.Equal(Enum.GetValues<MishapKind>(), all.Select(mishap => mishap.Kind).Distinct().Order());
        Assert.Equal(["api", "postgres", "silo-1", "silo-2", "silo-3"], all.Select(mishap => mishap.Target).Distinct().Order());
    }

    [Fact]
    public void A_minute_has_something_in_it_whatever_the_seed() =>
        Assert.All(Enumerable.Range(0, 500), seed => Assert.InRange(MishapPlan.Of(seed, TimeSpan.FromMinutes(1), 1).Count, 2, 60));

    [Fact]
    public void An_order_is_the_same_whenever_it_is_asked_for()
    {
        var orders = Enumerable.Range(0, 1000).Select(number => Order.Of(3, number)).ToList();

        Assert.Equal(orders[17], Order.Of(3, 17));
        Assert.Equal(1000, orders.Select(order => order.Key).Distinct().Count());
        Assert.InRange(orders.Where(order => order.CancelAfter is null).Select(order => order.Sketch).Distinct().Count(), 100, 5 * 5 * 6 * 2);
        Assert.Equal(
            orders.Count(order => order.CancelAfter is not null),
            orders.Where(order => order.CancelAfter is not null).Select(order => order.Sketch.Seed).Distinct().Count());
    }
}
