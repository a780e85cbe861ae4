namespace OrleansDiffusion.Jobs.Tests;

public sealed class CostModelTests
{
    // 500 x 400 pixels are 0.2 megapixels; 10 steps.
    [Fact]
    public void Cost_is_steps_times_megapixels_times_count_times_measured_seconds() =>
        Assert.Equal(3 * 10 * 0.2 * 0.5, CostModel.DeviceSeconds(Examples.Spec with { Count = 3 }, 0.5), 12);

    [Fact]
    public void Guidance_doubles_the_cost_and_guidance_of_one_does_not()
    {
        Assert.Equal(2 * CostModel.DeviceSeconds(Examples.Spec, 0.5), CostModel.DeviceSeconds(Examples.Spec with { Guidance = 1.01 }, 0.5), 12);
        Assert.Equal(CostModel.DeviceSeconds(Examples.Spec with { Guidance = 0 }, 0.5), CostModel.DeviceSeconds(Examples.Spec, 0.5), 12);
    }

    [Fact]
    public void Before_the_first_measurement_a_default_is_assumed() =>
        Assert.Equal(2 * CostModel.DefaultStepSecondsPerMegapixel, CostModel.DeviceSeconds(Examples.Spec, null), 12);

    [Fact]
    public void A_measurement_predicts_itself()
    {
        var spec = Examples.Spec with { Guidance = 7.5 };
        Assert.Equal(3.2, CostModel.DeviceSeconds(spec, CostModel.Measured(spec, spec.Steps, 3.2)), 12);
    }

    [Theory]
    [InlineData(0, 0, 3.0)]
    [InlineData(0, 4, 2.6)]
    [InlineData(1, 0, 2.0)]
    [InlineData(2, 10, 0.0)]
    [InlineData(9, 9, 0.0)]
    public void What_is_left_of_a_running_job_shrinks_step_by_step(int imageIndex, int stepsDone, double seconds) =>
        Assert.Equal(seconds, CostModel.RemainingSeconds(Examples.Spec with { Count = 3 }, imageIndex, stepsDone, 0.5), 12);

    [Fact]
    public void Measurements_are_smoothed()
    {
        Assert.Equal(4, CostModel.Smooth(null, 4));
        Assert.Equal(4.4, CostModel.Smooth(4, 6)!.Value, 12);
        Assert.Equal(3.6, CostModel.Smooth(4, 2)!.Value, 12);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_impossible_measurement_changes_nothing(double measured)
    {
        Assert.Equal(4, CostModel.Smooth(4, measured));
        Assert.Null(CostModel.Smooth(null, measured));
    }

    [Fact]
    public void Nobody_knows_when_a_job_is_done_that_no_replica_serves() => Assert.Null(CostModel.EtaSeconds(5, 1, []));

    [Theory]
    [InlineData(0, new[] { 0.0 }, 2)]
    [InlineData(0, new[] { 3.0 }, 5)]
    [InlineData(10, new[] { 3.0 }, 15)]
    [InlineData(0, new[] { 3.0, 1.0 }, 3)]
    [InlineData(2, new[] { 3.0, 1.0 }, 5)]
    [InlineData(1, new[] { 3.0, 1.0 }, 4)]
    [InlineData(6, new[] { 3.0, 1.0 }, 7)]
    [InlineData(12, new[] { 0.0, 0.0, 0.0 }, 6)]
    [InlineData(5, new[] { 0.0, 100.0 }, 7)]
    public void A_queue_flows_into_the_slots_as_they_get_free(double costAhead, double[] freeIn, double eta) =>
        Assert.Equal(eta, CostModel.EtaSeconds(costAhead, 2, freeIn)!.Value, 12);
}
