using Microsoft.Extensions.Logging.Abstractions;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

public sealed class JobFeedTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly ManualTime _time = new();
    private readonly List<int> _published = [];

    [Fact]
    public void The_first_change_is_told_at_once_and_the_rest_once_per_interval()
    {
        var feed = Feed(_ => Task.CompletedTask);
        for (var step = 1; step <= 5; step++) feed.Offer(Item(step));
        Assert.Equal([1], _published);

        _time.Advance(Interval);
        Assert.Equal([1, 5], _published);
        _time.Advance(Interval);
        Assert.Equal([1, 5], _published);
        feed.Offer(Item(6));
        Assert.Equal([1, 5, 6], _published);
    }

    [Fact]
    public void A_feed_that_is_down_takes_the_next_change()
    {
        var feed = Feed(item => item.Progress.Step == 1 ? throw new InvalidOperationException("down") : Task.CompletedTask);
        feed.Offer(Item(1));
        feed.Offer(Item(2));
        _time.Advance(Interval);

        Assert.Equal([1, 2], _published);
    }

    private JobFeed Feed(Func<JobFeedItem, Task> publish) => new(
        item =>
        {
            _published.Add(item.Progress.Step);
            return publish(item);
        },
        _time, Interval, NullLogger.Instance);

    private static JobFeedItem Item(int step) => new("job", JobStatus.Running, new JobProgress { Step = step }, default);
}
