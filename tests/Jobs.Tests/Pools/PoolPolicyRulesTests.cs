namespace OrleansDiffusion.Jobs.Tests;

public sealed class PoolPolicyRulesTests
{
    [Fact]
    public void The_default_policy_is_fine_and_keeps_standby_equal_to_the_step()
    {
        Assert.Empty(PoolPolicyRules.Check(new()));
        Assert.Equal(3, new PoolPolicy { Step = 3 }.StandbyTarget);
        Assert.Equal(0, new PoolPolicy { Step = 3, Standby = 0 }.StandbyTarget);
    }

    [Fact]
    public void Weights_are_held_ahead_as_often_as_there_is_standby_unless_said_otherwise_and_not_for_a_paused_pool()
    {
        Assert.Equal(3, new PoolPolicy { Step = 3 }.WeightsStandbyTarget);
        Assert.Equal(2, new PoolPolicy { Step = 3, Standby = 2 }.WeightsStandbyTarget);
        Assert.Equal(4, new PoolPolicy { Standby = 0, WeightsStandby = 4 }.WeightsStandbyTarget);
        Assert.Equal(0, new PoolPolicy { Min = 0, Max = 0, WeightsStandby = 4 }.WeightsStandbyTarget);
        var evening = new PoolPolicy { Schedules = [new() { Standby = 5 }] };
        Assert.Equal(5, evening.At(Examples.Noon).WeightsStandbyTarget);
    }

    [Fact]
    public void Scale_to_zero_is_fine() => Assert.Empty(PoolPolicyRules.Check(new() { Min = 0, Standby = 0, KeepAlive = TimeSpan.Zero }));

    [Fact]
    public void A_pool_may_be_paused() => Assert.Empty(PoolPolicyRules.Check(new() { Min = 0, Max = 0 }));

    [Fact]
    public void All_problems_are_listed_at_once()
    {
        var policy = new PoolPolicy
        {
            Min = -2, Max = -1, Step = 0, Standby = -1, QueueCountMax = 0, BatchMax = 0, KeepAlive = TimeSpan.FromSeconds(-1),
            WeightsStandby = -1,
        };
        Assert.Equal(
            ["min", "max", "step", "standby", "weights_standby", "queue_count_max", "batch_max", "keep_alive_seconds"],
            PoolPolicyRules.Check(policy).Select(problem => problem.Field));
    }

    [Fact]
    public void Min_must_not_be_above_max() =>
        Assert.Equal([new FieldProblem("min", "must not be above max, which is 2; it is 3.")], PoolPolicyRules.Check(new() { Min = 3, Max = 2 }));

    [Fact]
    public void Upper_bounds_are_checked_too()
    {
        var policy = new PoolPolicy { Min = 10_001, Max = 10_001, QueueCountMax = 1_000_001, BatchMax = 65, KeepAlive = TimeSpan.FromDays(8) };
        Assert.Equal(
            [
                new("min", "must be from 0 to 10000, not 10001."), new("max", "must be from 0 to 10000, not 10001."),
                new("queue_count_max", "must be from 1 to 1000000, not 1000001."), new("batch_max", "must be from 1 to 64, not 65."),
                new FieldProblem("keep_alive_seconds", "must be from 0 to 604800, not 691200."),
            ],
            PoolPolicyRules.Check(policy));
    }

    [Fact]
    public void A_policy_is_wrong_when_its_needs_are() =>
        Assert.Equal(["needs.provider"], PoolPolicyRules.Check(new() { Needs = new() { Provider = "tpu" } }).Select(problem => problem.Field));

    [Fact]
    public void Policies_that_ask_for_the_same_are_equal()
    {
        PoolPolicy Eu() => new() { Needs = new() { Labels = new Dictionary<string, string> { ["zone"] = "eu", ["gpu"] = "l4" } } };
        Assert.Equal(Eu(), Eu());
        Assert.Equal(Eu().GetHashCode(), Eu().GetHashCode());
        Assert.NotEqual(Eu(), Eu() with { Needs = new() { Provider = "cpu", Labels = Eu().Needs.Labels } });
        Assert.NotEqual(Eu(), new());
        Assert.Equal(new PoolPolicy(), new PoolPolicy { Needs = new() });
    }
}
