using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class DurabilityTests : IAsyncDisposable
{
    /// <summary>Writes down how safe the transaction is that changes a row.</summary>
    private const string WatchSafety = """
        CREATE TABLE seen (what TEXT, safety INTEGER);
        CREATE TRIGGER seen1 AFTER INSERT ON jobs BEGIN INSERT INTO seen SELECT new.status, synchronous FROM pragma_synchronous; END;
        CREATE TRIGGER seen2 AFTER UPDATE ON jobs BEGIN INSERT INTO seen SELECT new.status, synchronous FROM pragma_synchronous; END;
        CREATE TRIGGER seen3 AFTER INSERT ON checkpoints BEGIN INSERT INTO seen SELECT 'checkpoint', synchronous FROM pragma_synchronous; END;
        """;

    private readonly DataFolder _folder = new();

    [Fact]
    public async Task Accepted_means_committed_and_seen_by_everyone()
    {
        await new SqliteJobStore(_folder.Open()).Insert(Job("j1"), Cancellation);
        AssertSame(Job("j1"), await new SqliteJobStore(_folder.Open()).Find("j1", Cancellation));
    }

    [Fact]
    public async Task Commits_wait_for_the_disk()
    {
        await _folder.Open().Write(
            connection =>
            {
                Assert.Equal("wal", connection.ExecuteScalar<string>("PRAGMA journal_mode"));
                Assert.Equal(2, connection.ExecuteScalar<int>("PRAGMA synchronous")); // FULL
                Assert.Equal(1, connection.ExecuteScalar<int>("PRAGMA foreign_keys"));
                return 0;
            },
            Cancellation);
    }

    [Fact]
    public async Task What_was_promised_waits_for_the_disk_and_a_lease_does_not()
    {
        var database = _folder.Open();
        var store = new SqliteJobStore(database);
        await database.Write(connection => connection.Execute(WatchSafety), Cancellation);

        await store.Insert(Job("j1"), Cancellation);
        await store.Update(Leased(Job("j1")), 0, Cancellation);
        await store.SaveCheckpoint(new("j1", 1, 0, 5, [1], []), Cancellation);
        await store.Update(Finished(Leased(Job("j1"))), 1, Cancellation);

        var seen = await database.Read(connection => connection.Query<string>("SELECT what || ' ' || safety FROM seen").AsList(), Cancellation);
        Assert.Equal(["queued 2", "running 1", "checkpoint 1", "succeeded 2"], seen); // 1 is NORMAL, 2 is FULL.
    }

    [Fact]
    public async Task No_accepted_job_is_lost_when_the_process_is_killed()
    {
        List<string> accepted = [];
        using (var victim = StartVictim())
        {
            while (accepted.Count < 300) accepted.Add((await victim.StandardOutput.ReadLineAsync(Cancellation))!);
            victim.Kill(); // SIGKILL, with writes of 16 callers under way.
            while (await victim.StandardOutput.ReadLineAsync(Cancellation) is { } line) accepted.Add(line);
            await victim.WaitForExitAsync(Cancellation);
        }

        // The last line may have been cut by the kill.
        if (accepted[^1].Split('-').Length != 3) accepted.RemoveAt(accepted.Count - 1);
        var store = new SqliteJobStore(_folder.Open());
        foreach (var id in accepted[..^1]) Assert.NotNull(await store.Find(id, Cancellation));
        Assert.Equal("new", (await store.Insert(Job("new"), Cancellation)).Id);
    }

    [Fact]
    public async Task Closing_finishes_the_writes_that_wait()
    {
        var database = _folder.Open();
        var store = new SqliteJobStore(database);
        await store.Prepare(Cancellation);
        var inserts = Enumerable.Range(0, 100).Select(i => store.Insert(Job($"j{i}"), Cancellation)).ToList();
        await database.DisposeAsync();
        await Task.WhenAll(inserts);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Insert(Job("late"), Cancellation));
        Assert.Equal(100, (await new SqliteJobStore(_folder.Open()).Unfinished(null, 1000, Cancellation)).Count);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private Process StartVictim() => Process.Start(new ProcessStartInfo
    {
        FileName = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
        ArgumentList = { Path.Combine(AppContext.BaseDirectory, "OrleansDiffusion.StorageVictim.dll"), _folder.Path },
        RedirectStandardOutput = true,
    })!;
}
