using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

public sealed class JobWatchersTests
{
    [Fact]
    public async Task A_slow_watcher_loses_the_oldest_steps_and_never_the_end()
    {
        var watchers = new JobWatchers(eventCountMax: 3);
        using var watch = watchers.Open();
        for (var step = 1; step <= 10; step++) watchers.Tell(Event(step, JobEventKind.Step));
        watchers.Tell(Event(11, JobEventKind.Done));

        var seen = new List<long>();
        await foreach (var happened in watch.ReadAll(TestContext.Current.CancellationToken)) seen.Add(happened.Sequence);

        Assert.Equal([9, 10, 11], seen);
    }

    [Fact]
    public async Task Each_watcher_has_its_own_pace()
    {
        var watchers = new JobWatchers(eventCountMax: 10);
        using var early = watchers.Open();
        watchers.Tell(Event(1, JobEventKind.Step));
        using var late = watchers.Open();
        watchers.Tell(Event(2, JobEventKind.Done));

        Assert.Equal(2, await early.ReadAll(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, await late.ReadAll(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Who_stops_watching_is_forgotten()
    {
        var watchers = new JobWatchers(eventCountMax: 10);
        watchers.Open().Dispose();

        Assert.Equal(0, watchers.Count);
    }

    [Fact]
    public async Task A_watch_that_is_ended_gives_what_it_has_and_ends()
    {
        var watchers = new JobWatchers(eventCountMax: 10);
        using var watch = watchers.Open();
        watchers.Tell(Event(1, JobEventKind.Step));
        watch.End();
        watchers.Tell(Event(2, JobEventKind.Step));

        var seen = new List<long>();
        await foreach (var happened in watch.ReadAll(TestContext.Current.CancellationToken)) seen.Add(happened.Sequence);
        Assert.Equal([1], seen);
    }

    private static JobEvent Event(long sequence, JobEventKind kind) => new()
    {
        Sequence = sequence, Kind = kind, JobId = "job", At = default, Status = JobStatus.Running, Progress = new JobProgress(),
    };
}
