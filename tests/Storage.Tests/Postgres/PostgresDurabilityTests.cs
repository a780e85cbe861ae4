using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class PostgresDurabilityTests(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Writes down how safe the transaction is that changes a row.</summary>
    private const string WatchSafety = """
        CREATE TABLE seen (number int GENERATED ALWAYS AS IDENTITY, what TEXT);
        CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            INSERT INTO seen (what) SELECT coalesce(to_jsonb(new) ->> 'status', 'checkpoint') || ' ' || current_setting('synchronous_commit');
            RETURN NULL;
          END $$;
        CREATE TRIGGER seen1 AFTER INSERT OR UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION see();
        CREATE TRIGGER seen2 AFTER INSERT ON checkpoints FOR EACH ROW EXECUTE FUNCTION see();
        """;

    private readonly TestDatabase _database = new(postgres);

    [Fact]
    public async Task Every_promise_waits_for_the_disk_leases_too_and_a_checkpoint_does_not()
    {
        await _database.Query<int>(WatchSafety);
        var store = new PostgresJobStore(_database.Open("Maximum Pool Size=1")); // What a checkpoint sets must not stay with the connection.
        await store.Insert(Job("j1"), Cancellation);
        await store.Update(Leased(Job("j1")), 0, Cancellation);
        await store.SaveCheckpoint(new("j1", 1, 0, 5, [1], []), Cancellation);
        await store.Update(Finished(Leased(Job("j1"))), 1, Cancellation);

        var seen = await _database.Query<string>("SELECT what FROM seen ORDER BY number");
        Assert.Equal(["queued on", "running on", "checkpoint off", "succeeded on"], seen);
    }

    [Fact]
    public async Task What_was_accepted_is_there_after_the_server_was_killed_and_its_nodes_go_on()
    {
        Assert.SkipWhen(PostgresFixture.IsLeftOut, PostgresFixture.LeftOut);
        await using var server = await PostgresServer.StartAsync(Cancellation);
        await PostgresMigrations.ApplyAsync(server.ConnectionString(), Cancellation);
        await using var database = new PostgresDatabase(new() { ConnectionString = server.ConnectionString(), ArtifactFolder = "" });
        var store = new PostgresJobStore(database);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.Insert(Job($"j{i}"), Cancellation)));

        await server.KillAsync(Cancellation);
        var error = await Assert.ThrowsAsync<StorageException>(() => store.Insert(Job("late"), Cancellation));
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        await Assert.ThrowsAsync<StorageException>(() => store.Find("j0", Cancellation)); // Refused, now that no pooled connection is left.

        await server.StartAgainAsync(Cancellation);
        Assert.Equal(200, (await store.Unfinished(null, 1000, Cancellation)).Count(job => job.Id != "late"));
        Assert.Equal("new", (await store.Insert(Job("new"), Cancellation)).Id);
    }

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
