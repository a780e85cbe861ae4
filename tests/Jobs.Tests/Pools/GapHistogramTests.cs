using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class GapHistogramTests
{
    private static readonly Gen<double[]> Gaps = Gen.Choose(0, 20_000_000).Select(tenths => tenths / 10.0).ArrayOf();

    [Fact]
    public void Nothing_seen_has_no_quantile_and_no_count()
    {
        Assert.Equal(0, new GapHistogram().Count);
        Assert.Equal(double.PositiveInfinity, new GapHistogram().Quantile(0.5));
    }

    [Fact]
    public void A_quantile_is_the_upper_end_of_its_bucket()
    {
        var gaps = Of(0.5, 3, 3, 3, 100, 100, 100, 100, 100, 5000);
        Assert.Equal(1, gaps.Quantile(0.05));
        Assert.Equal(4, gaps.Quantile(0.3), 1e-9);
        Assert.Equal(128, gaps.Quantile(0.8), 1e-9);
        Assert.Equal(Math.Pow(2, 12.5), gaps.Quantile(1), 1e-9);
    }

    [Fact]
    public void What_cannot_be_a_gap_changes_nothing()
    {
        var gaps = Of(double.NaN, -1, double.NegativeInfinity);
        Assert.Equal(0, gaps.Count);
    }

    [Fact]
    public void A_habit_that_changed_is_forgotten()
    {
        var gaps = Of([.. Enumerable.Repeat(1000.0, 500), .. Enumerable.Repeat(3.0, 500)]);
        Assert.Equal(4, gaps.Quantile(0.8), 1e-9);
        Assert.InRange(gaps.Count, 270, 290); // 200 / ln 2 at most, less what is too old.
    }

    [Fact]
    public void Very_many_gaps_stay_numbers()
    {
        var gaps = Of([.. Enumerable.Repeat(3.0, 100_000)]);
        Assert.InRange(gaps.Count, 288, 289.5);
        Assert.InRange(gaps.EndsWithin(10, 0), 0.99, 1);
    }

    [Fact]
    public void Without_history_the_probability_only_falls_with_the_idle_time()
    {
        var unknown = new GapHistogram();
        var byAge = ((double[])[0, 10, 100, 1000, 10_000, 100_000]).Select(idle => unknown.EndsWithin(80, idle)).ToArray();
        Assert.Equal(byAge.OrderDescending(), byAge);
        Assert.Equal(byAge.Distinct().Count(), byAge.Length);
    }

    [Fact]
    public void Keeping_ends_where_it_costs_more_than_it_spares()
    {
        var tenSeconds = Of([.. Enumerable.Repeat(10.0, 100)]);

        // Till the gaps end, and on for what was never seen: 1000 / 42 per bucket, until one is longer than that.
        Assert.Equal(Math.Pow(2, 6.5), tenSeconds.WorthKeepingSeconds(sparedSeconds: 1000, limitSeconds: 1e6), 1e-9);
        Assert.Equal(5, tenSeconds.WorthKeepingSeconds(1e9, limitSeconds: 5));
        Assert.Equal(0, tenSeconds.WorthKeepingSeconds(0, 1e6));
        Assert.Equal(0, Of([.. Enumerable.Repeat(100_000.0, 100)]).WorthKeepingSeconds(800, 1e6)); // Too rare to be waited for.
    }

    [Fact]
    public void A_mean_takes_what_is_longer_than_the_limit_for_as_long_as_it()
    {
        Assert.Equal(0, new GapHistogram().MeanSeconds(80));
        var gaps = Of([.. Enumerable.Repeat(1000.0, 100)]); // Counted as 724 to 1024.
        Assert.Equal((Math.Pow(2, 9.5) + 1024) / 2, gaps.MeanSeconds(1e6), 1e-6);
        Assert.Equal(80, gaps.MeanSeconds(80), 1e-9);
        Assert.Equal(0, gaps.MeanSeconds(0));
        var (low, high) = (Math.Pow(2, 9.5), 1024.0);
        var middle = (low + high) / 2; // Half of them are longer, and count as it; the others are between it and the low end.
        Assert.Equal((middle / 2) + ((low + middle) / 4), gaps.MeanSeconds(middle), 1e-6);
    }

    [Fact]
    public void A_mean_grows_with_its_limit_and_stays_below_it() =>
        Properties.Hold(Gaps, lengths =>
        {
            var gaps = Of(lengths);
            var limits = (double[])[0, 0.5, 7, 80, 5000, 1e7];
            var means = limits.Select(gaps.MeanSeconds).ToArray();
            for (var i = 0; i < means.Length; i++) Assert.InRange(means[i], i == 0 ? 0 : means[i - 1] - 1e-9, limits[i] + 1e-9);
        });

    [Fact]
    public void Probabilities_are_probabilities_and_grow_with_the_time() =>
        Properties.Hold(Gaps, lengths =>
        {
            var gaps = Of(lengths);
            foreach (var idle in (double[])[0, 7, 500, 1e5, 1e9])
            {
                var byTime = ((double[])[0, 1, 80, 5000, 1e7]).Select(time => gaps.EndsWithin(time, idle)).ToArray();
                Assert.All(byTime, probability => Assert.InRange(probability, 0, 1));
                for (var i = 1; i < byTime.Length; i++) Assert.True(byTime[i] >= byTime[i - 1] - 1e-12);
            }
        });

    [Fact]
    public void What_is_worth_more_is_kept_longer_and_never_beyond_the_limit() =>
        Properties.Hold(Gaps, lengths =>
        {
            var gaps = Of(lengths);
            var kept = ((double[])[0, 10, 1000, 1e5, 1e8]).Select(spared => gaps.WorthKeepingSeconds(spared, 3600)).ToArray();
            Assert.Equal(kept.Order(), kept);
            Assert.All(kept, seconds => Assert.InRange(seconds, 0, 3600));
        });

    private static GapHistogram Of(params double[] lengths)
    {
        var gaps = new GapHistogram();
        foreach (var length in lengths) gaps.Add(length);
        return gaps;
    }
}
