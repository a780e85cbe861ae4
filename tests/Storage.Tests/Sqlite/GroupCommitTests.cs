using Dapper;
using Microsoft.Data.Sqlite;
using OrleansDiffusion.Jobs;
using SQLitePCL;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class GroupCommitTests : IAsyncDisposable
{
    /// <summary>Values of SQLite's PRAGMA synchronous.</summary>
    private const int Normal = 1, Full = 2;

    private readonly DataFolder _folder = new();
    private readonly GroupCommit _commits;
    private int _openCount;
    private int _commitCount;

    public GroupCommitTests()
    {
        SqliteConnection Open()
        {
            _openCount++;
            var connection = new SqliteConnections(_folder.Options).Open();
            connection.Execute("CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY)");
            raw.sqlite3_commit_hook(connection.Handle, CountCommit, null);
            return connection;
        }

        _commits = new(Open, Translated, queueCountMax: 100, batchCountMax: 8);
    }

    [Fact]
    public async Task Everything_that_waits_shares_a_commit_up_to_the_bound()
    {
        await WhileTheWriterIsBusy(() => Enumerable.Range(1, 20).Select(Add));
        Assert.Equal(1 + 3, _commitCount); // The busy one, then 8 + 8 + 4.
        Assert.Equal(Enumerable.Range(0, 21), await Numbers());
    }

    [Fact]
    public async Task A_batch_is_as_safe_as_the_write_in_it_that_wants_most()
    {
        Assert.Equal(Normal, await _commits.Do(SafetyNow, Survives.Crash, Cancellation));
        Assert.Equal(Full, await _commits.Do(SafetyNow, Survives.PowerLoss, Cancellation));

        Task<int> lease = null!, promise = null!;
        await WhileTheWriterIsBusy(() =>
        {
            lease = _commits.Do(SafetyNow, Survives.Crash, Cancellation);
            promise = _commits.Do(SafetyNow, Survives.PowerLoss, Cancellation);
            return [lease, promise];
        });
        Assert.Equal(Full, await lease);
        Assert.Equal(Full, await promise);
        Assert.Equal(Normal, await _commits.Do(SafetyNow, Survives.Crash, Cancellation));
    }

    [Fact]
    public async Task One_bad_write_fails_alone()
    {
        await WhileTheWriterIsBusy(() => [Add(1), Assert.ThrowsAsync<InvalidOperationException>(() => Add(0)), Add(2)]);
        Assert.Equal([0, 1, 2], await Numbers());
    }

    [Fact]
    public async Task Trouble_with_the_whole_database_fails_the_whole_batch_at_once()
    {
        var tries = 0;
        Task Unlucky() => Assert.ThrowsAsync<StorageException>(() => _commits.Do<int>(_ => throw new TimeoutException($"{++tries}"), Cancellation));
        await WhileTheWriterIsBusy(() => [Unlucky(), Unlucky(), Assert.ThrowsAsync<StorageException>(() => Add(1))]);
        Assert.Equal(1, tries);
        Assert.Equal([0], await Numbers());
    }

    [Fact]
    public async Task What_a_bad_write_did_before_it_failed_is_undone()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _commits.Do<int>(
            connection =>
            {
                connection.Execute("INSERT INTO numbers VALUES (7)");
                throw new FormatException();
            },
            Cancellation));
        Assert.Empty(await Numbers());
    }

    [Fact]
    public async Task After_trouble_the_writer_opens_a_new_connection()
    {
        await Add(0);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Add(0));
        await Add(1);
        Assert.Equal(2, _openCount);
    }

    [Fact]
    public async Task A_write_sees_the_writes_before_it()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => _commits.Do(
            connection =>
            {
                connection.Execute("INSERT INTO numbers VALUES (@number)", new { number });
                return connection.ExecuteScalar<int>("SELECT count(*) FROM numbers");
            },
            Cancellation)));
        Assert.Equal(Enumerable.Range(1, 50), counts.Order());
    }

    [Fact]
    public async Task A_caller_may_stop_waiting()
    {
        using var stop = new CancellationTokenSource();
        await WhileTheWriterIsBusy(() =>
        {
            var waiting = _commits.Do(connection => connection.Execute("INSERT INTO numbers VALUES (1)"), stop.Token);
            stop.Cancel();
            return [Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting)];
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _commits.DisposeAsync();
        await _folder.DisposeAsync();
    }

    private static Exception Translated(Exception error) => error is TimeoutException
        ? new StorageException(ErrorCode.StorageUnavailable, "translated", error)
        : new InvalidOperationException("translated", error);

    private int CountCommit(object? _)
    {
        _commitCount++;
        return 0;
    }

    private static int SafetyNow(SqliteConnection connection) => connection.ExecuteScalar<int>("PRAGMA synchronous");

    private Task<int> Add(int number) =>
        _commits.Do(connection => connection.Execute("INSERT INTO numbers VALUES (@number)", new { number }), Cancellation);

    private Task<List<int>> Numbers() =>
        _commits.Do(connection => connection.Query<int>("SELECT number FROM numbers ORDER BY number").AsList(), Cancellation);

    /// <summary>Holds the writer in a first write of 0, until all of <paramref name="writes"/> wait behind it.</summary>
    private async Task WhileTheWriterIsBusy(Func<IEnumerable<Task>> writes)
    {
        using var isBusy = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var first = _commits.Do(
            connection =>
            {
                isBusy.Set();
                go.Wait(Cancellation);
                return connection.Execute("INSERT INTO numbers VALUES (0)");
            },
            Cancellation);
        isBusy.Wait(Cancellation);
        var behind = writes().ToList();
        go.Set();
        await first;
        await Task.WhenAll(behind);
    }
}
