using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>What a pool knows of the time before it came up.</summary>
public sealed class LearningTests
{
    private const long ReplicaBytes = 1 << 30;

    private readonly ManualTime _time = new();

    [Fact]
    public void A_pool_that_learned_judges_as_the_one_that_was_there()
    {
        var there = new Pool("emoji", _time, new PoolOptions());
        List<(DateTimeOffset From, DateTimeOffset Until)> ended = [];
        for (var i = 0; i < 30; i++)
        {
            var from = _time.GetUtcNow();
            there.Enqueue(Job($"job_{i}"));
            _time.Advance(TimeSpan.FromSeconds(2));
            there.Withdraw($"job_{i}");
            ended.Add((from, _time.GetUtcNow()));
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        var learned = new Pool("emoji", _time, new PoolOptions());
        var knowsNothing = learned.WorthOfNext(ReplicaBytes);
        learned.Learn(ended);

        Assert.Equal(there.WorthOfNext(ReplicaBytes), learned.WorthOfNext(ReplicaBytes));
        Assert.NotEqual(knowsNothing, learned.WorthOfNext(ReplicaBytes));
    }

    [Fact]
    public async Task It_reads_once_again_after_a_database_that_was_away_and_no_pass_waits_for_it()
    {
        var pool = new Pool("emoji", _time, new PoolOptions());
        var jobs = DispatchProxy.Create<IJobStore, Shelf>();
        var shelf = (Shelf)jobs;
        shelf.Ended = [.. Enumerable.Range(1, 30).Select(i => new JobSpan(_time.GetUtcNow().AddMinutes(-i), _time.GetUtcNow().AddMinutes(-i).AddSeconds(2)))];
        var grains = DispatchProxy.Create<IGrainFactory, HandOverTests.NobodyAnswers>();
        var keeper = new PoolKeeper(pool, grains, new Members(new FakeMembership()), jobs, _time, new PoolOptions(), NullLogger.Instance) { Kick = () => { } };
        var before = pool.WorthOfNext(ReplicaBytes);

        shelf.IsAway = true;
        await Assert.ThrowsAsync<InvalidOperationException>(keeper.Pass); // Nor does the catalog answer.
        await Assert.ThrowsAsync<InvalidOperationException>(keeper.Pass);
        Assert.Equal((1, before), (shelf.ReadCount, pool.WorthOfNext(ReplicaBytes)));

        shelf.IsAway = false;
        _time.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(keeper.Pass);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((2, "emoji", 5000), (shelf.ReadCount, shelf.Model, shelf.CountMax));
        Assert.NotEqual(before, pool.WorthOfNext(ReplicaBytes));
    }

    private static QueuedJob Job(string id) => new(id, "ann", 1, 0, 1, AtHead: false);

    /// <summary>A store that knows what ended.</summary>
    public class Shelf : DispatchProxy
    {
        public IReadOnlyList<JobSpan> Ended { get; set; } = [];

        public bool IsAway { get; set; }

        public int ReadCount { get; private set; }

        public string? Model { get; private set; }

        public int CountMax { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            ReadCount++;
            (Model, CountMax) = ((string)args![0]!, (int)args[1]!);
            return IsAway ? throw new StorageException(ErrorCode.StorageUnavailable, "The database is away.") : Task.FromResult(Ended);
        }
    }
}
