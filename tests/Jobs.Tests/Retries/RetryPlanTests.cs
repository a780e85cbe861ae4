namespace OrleansDiffusion.Jobs.Tests;

public sealed class RetryPlanTests
{
    private static readonly RetryPlan Plan = new() { FailedAttemptsMax = 3, FirstDelay = TimeSpan.FromSeconds(2), DelayMax = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public void Attempts_are_bounded(int failedAttempts, bool may) => Assert.Equal(may, Plan.MayRetry(failedAttempts));

    [Theory]
    [InlineData(1, 0.0, 1.0)]
    [InlineData(1, 0.5, 1.5)]
    [InlineData(2, 0.0, 2.0)]
    [InlineData(3, 0.0, 4.0)]
    [InlineData(5, 0.0, 15.0)]
    [InlineData(5, 0.9, 28.5)]
    [InlineData(int.MaxValue, 0.0, 15.0)]
    [InlineData(0, 0.0, 1.0)]
    public void Delays_double_up_to_a_limit_with_half_of_them_left_to_chance(int failedAttempts, double chance, double seconds) =>
        Assert.Equal(seconds, Plan.DelayBefore(failedAttempts, chance).TotalSeconds, 6);
}
