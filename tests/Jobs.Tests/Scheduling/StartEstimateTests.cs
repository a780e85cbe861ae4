using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class StartEstimateTests
{
    private static readonly StartOption Idle = new(StartWay.Ready, 0, 0, 0);
    private static readonly StartOption Busy = new(StartWay.Ready, 20, 0, 0);
    private static readonly StartOption Fresh = new(StartWay.FreeRoom, 0, 0, 80);

    [Fact]
    public void An_idle_replica_is_best() => Assert.Equal(2, StartEstimate.Earliest([Fresh, Busy, Idle]));

    [Fact]
    public void A_busy_replica_that_is_free_soon_beats_an_idle_device_that_must_load() => Assert.Equal(1, StartEstimate.Earliest([Fresh, Busy]));

    [Fact]
    public void The_queue_before_the_job_counts() =>
        Assert.Equal(0, StartEstimate.Earliest([Fresh, Busy with { QueuedSeconds = 61 }]));

    [Fact]
    public void A_load_goes_on_beside_the_devices_work()
    {
        Assert.Equal(80, StartEstimate.Seconds(new(StartWay.Eviction, 30, 0, 80)));
        Assert.Equal(100, StartEstimate.Seconds(new(StartWay.Eviction, 100, 0, 80)));
        Assert.Equal(85, StartEstimate.Seconds(new(StartWay.Loading, 0, 55, 30)));
    }

    [Fact]
    public void Of_equal_starts_the_way_that_changes_least_is_taken()
    {
        StartOption[] options = [.. Enum.GetValues<StartWay>().Reverse().Select(way => new StartOption(way, 0, 0, 80))];
        Assert.Equal(StartWay.Ready, options[StartEstimate.Earliest(options)].Way);
        Assert.Equal(0, StartEstimate.Earliest([Fresh, Fresh]));
    }

    [Fact]
    public void No_way_is_no_start() => Assert.Equal(-1, StartEstimate.Earliest([]));

    [Fact]
    public void Nothing_is_earlier_than_the_earliest() =>
        Properties.Hold(
            (from way in Gen.Elements(Enum.GetValues<StartWay>())
             from free in Gen.Choose(0, 9)
             from queued in Gen.Choose(0, 9)
             from ready in Gen.Choose(0, 9)
             select new StartOption(way, free, queued, ready)).ArrayOf(),
            options =>
            {
                var best = StartEstimate.Earliest(options);
                Assert.Equal(options.Length == 0, best < 0);
                Assert.All(options, option => Assert.True(StartEstimate.Seconds(options[best]) <= StartEstimate.Seconds(option)));
            });
}
