namespace OrleansDiffusion.Simulator.Tests;

/// <summary>Generated requests are like the real ones (docs/SIMULATE.md), and always the same.</summary>
public sealed class TraceGeneratorTests
{
    private static readonly Trace Generated = TraceGenerator.Generate(20_000, seed: 1);

    [Fact]
    public void The_same_seed_gives_the_same_requests_and_another_one_others()
    {
        var again = TraceGenerator.Generate(20_000, seed: 1);
        Assert.Equal(Generated.Arrivals, again.Arrivals);
        Assert.Equal(Generated.Services, again.Services);
        Assert.Equal(Generated.Models, again.Models);
        Assert.NotEqual(Generated.Arrivals, TraceGenerator.Generate(20_000, seed: 2).Arrivals);
    }

    [Fact]
    public void Arrivals_rise_from_zero_and_are_bursty()
    {
        var gaps = Generated.Arrivals.Zip(Generated.Arrivals.Skip(1), (one, next) => next - one).Order().ToArray();
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));

        Assert.Equal(20_000, Generated.Count);
        Assert.Equal(0, Generated.Arrivals[0]);
        Assert.True(gaps[0] >= 0);
        Assert.InRange(mean, 60, 95); // Really 74 s.
        Assert.InRange(gaps[gaps.Length / 2], 10, 18); // Really 15 s.
        Assert.InRange(deviation / mean, 4, 12); // Really 12; a steady stream has 1.
    }

    [Fact]
    public void Models_are_as_unequal_as_they_are_and_still_change()
    {
        var byUse = Generated.Models.GroupBy(model => model).Select(uses => uses.Count() / (double)Generated.Count).OrderDescending().ToArray();
        var changes = Generated.Models.Zip(Generated.Models.Skip(1), (one, next) => one != next).Count(changed => changed);

        Assert.InRange(byUse[0], 0.28, 0.40); // Really 31 %.
        Assert.InRange(byUse.Take(10).Sum(), 0.75, 0.90); // Really 87 %.
        Assert.InRange(changes / (double)Generated.Count, 0.70, 0.80); // Really 75 %.
    }

    [Fact]
    public void Device_times_are_as_spread_as_they_are()
    {
        var sorted = Generated.Services.Order().ToArray();
        Assert.InRange(sorted[sorted.Length / 2], 21, 23); // Really 22 s.
        Assert.InRange(sorted[(int)(0.9 * sorted.Length)], 45, 51); // Really 49 s.
        Assert.InRange(sorted[(int)(0.99 * sorted.Length)], 82, 98); // Really 91 s.
    }

    [Fact]
    public void Dice_are_those_of_SplitMix64()
    {
        var dice = new Dice(0); // As in the reference implementation by Vigna.
        Assert.Equal(0xE220A8397B1DCDAFUL, dice.Next());
        Assert.Equal(0x6E789E6AA1B965F4UL, dice.Next());
    }
}
