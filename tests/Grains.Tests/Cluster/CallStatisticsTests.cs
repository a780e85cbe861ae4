using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Fakes;

namespace OrleansDiffusion.Grains.Tests;

public sealed class CallStatisticsTests
{
    [Fact]
    public void Counts_of_several_silos_add_up()
    {
        var statistics = new CallStatistics();
        statistics.Heard("a", [Counts("Job", calls: 3, failures: 1, seconds: 0.3, bucket: 10)]);
        statistics.Heard("b", [Counts("Job", calls: 1, failures: 0, seconds: 0.1, bucket: 20)]);

        var job = Assert.Single(statistics.Read(new Dictionary<string, int> { ["Job"] = 5 }));

        Assert.Equal(("Job", 5, 4L, 1L), (job.GrainType, job.Activations, job.Calls, job.Failures));
        Assert.Equal(100, job.LatencyMeanMilliseconds, 6);
        Assert.Equal(Math.Pow(2, 21) / 1000, job.LatencyP99Milliseconds);
    }

    [Fact]
    public void A_newer_count_replaces_the_older_and_a_lost_silos_goes()
    {
        var statistics = new CallStatistics();
        statistics.Heard("a", [Counts("Job", 3, 0, 0.3, 10)]);
        statistics.Heard("a", [Counts("Job", 4, 0, 0.4, 10)]);
        Assert.Equal(4, statistics.Read(new Dictionary<string, int>())[0].Calls);

        statistics.Lost("a");
        Assert.Empty(statistics.Read(new Dictionary<string, int>()));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(1_000_000, 19)]
    [InlineData(1e15, 29)]
    public void Latencies_fall_into_buckets_that_double(double microseconds, int bucket) =>
        Assert.Equal(bucket, LatencyBuckets.Of(TimeSpan.FromMicroseconds(microseconds)));

    [Theory]
    [InlineData(0.5, 0.004)]
    [InlineData(0.99, 0.016)]
    [InlineData(1, 0.016)]
    public void A_percentile_is_the_upper_end_of_its_bucket(double share, double milliseconds) =>
        Assert.Equal(milliseconds, LatencyBuckets.PercentileMilliseconds([0, 90, 0, 10, 0], share));

    [Fact]
    public void Calls_older_than_a_minute_do_not_count_among_the_latest()
    {
        var time = new ManualTime();
        var calls = new GrainCalls(time);
        calls.Ended(TimeSpan.FromMicroseconds(1), hasFailed: true);
        time.Advance(TimeSpan.FromSeconds(31));
        calls.Ended(TimeSpan.FromMicroseconds(4), hasFailed: false);
        Assert.Equal([1, 0, 1], calls.Read("Job").LatestByLatency.Take(3));

        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal([0, 0, 1], calls.Read("Job").LatestByLatency.Take(3));
        time.Advance(TimeSpan.FromSeconds(61));

        var counts = calls.Read("Job");
        Assert.Equal([0, 0, 0], counts.LatestByLatency.Take(3));
        Assert.Equal((2L, 1L), (counts.Calls, counts.Failures));
    }

    private static GrainCallCounts Counts(string name, long calls, long failures, double seconds, int bucket)
    {
        var latest = new int[LatencyBuckets.Count];
        latest[bucket] = (int)calls;
        return new(name, calls, failures, seconds, latest);
    }
}
