using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class PostgresMigrationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string[] Scripts = ["0001_jobs_models_keys_usage", "0002_orleans_main", "0003_orleans_clustering", "0004_loose_artifacts"];

    private readonly TestDatabase _database = new(postgres, isMigrated: false);

    [Fact]
    public async Task An_empty_database_gets_every_script_once_and_in_order()
    {
        Assert.Equal(Scripts, await Migrate());
        Assert.Empty(await Migrate());
        Assert.Equal(Scripts, await _database.Query<string>("SELECT script FROM schema_version ORDER BY version"));
        Assert.Equal(Scripts.Length, PostgresMigrations.NewestVersion);
    }

    [Fact]
    public async Task Of_migrators_that_come_at_once_each_script_is_applied_by_one()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Migrate()));
        Assert.Equal(Scripts, applied.SelectMany(scripts => scripts).Order());
        Assert.Equal(Scripts, await _database.Query<string>("SELECT script FROM schema_version ORDER BY version"));
    }

    [Fact]
    public async Task Silos_find_the_tables_and_queries_of_orleans_membership()
    {
        await Migrate();
        Assert.Equal(
            [
                "CleanupDefunctSiloEntriesKey", "DeleteMembershipTableEntriesKey", "GatewaysQueryKey", "InsertMembershipKey",
                "InsertMembershipVersionKey", "MembershipReadAllKey", "MembershipReadRowKey", "UpdateIAmAlivetimeKey", "UpdateMembershipKey",
            ],
            await _database.Query<string>("SELECT querykey FROM orleansquery ORDER BY querykey"));

        var insert = (await _database.Query<string>("SELECT querytext FROM orleansquery WHERE querykey = 'InsertMembershipVersionKey'")).Single();
        Assert.Equal([1], await _database.Query<int>(insert, new { DeploymentId = "od" }));
        var read = (await _database.Query<string>("SELECT querytext FROM orleansquery WHERE querykey = 'MembershipReadAllKey'")).Single();
        Assert.Equal(["od"], await _database.Query<string>(read, new { DeploymentId = "od" }));
    }

    [Fact]
    public async Task A_database_that_is_not_migrated_says_what_to_do_and_works_once_that_is_done()
    {
        var store = new PostgresJobStore(_database.Open());
        var error = await Assert.ThrowsAsync<StorageException>(() => store.Prepare(Cancellation));
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        Assert.Equal($"The database {_database.Name} has no tables of this program yet: run `od db migrate`.", error.Message);

        await Migrate();
        Assert.Null(await store.Find("j1", Cancellation));
    }

    [Fact]
    public async Task An_older_schema_says_what_to_do()
    {
        await Migrate();
        await _database.Query<int>("DELETE FROM schema_version WHERE version > 1");
        var error = await Assert.ThrowsAsync<StorageException>(() => _database.Open().Prepare(Cancellation));
        Assert.Equal($"The database {_database.Name} has schema 1, and this program needs {Scripts.Length}: run `od db migrate`.", error.Message);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_by_nodes_and_by_migrators()
    {
        await Migrate();
        await _database.Query<int>("INSERT INTO schema_version (version, script) VALUES (99, '0099_later')");
        var expected = $"The database {_database.Name} has schema 99, and this program knows schemas up to {Scripts.Length}. "
            + "Use a newer program or another database.";
        Assert.Equal(expected, (await Assert.ThrowsAsync<StorageException>(() => _database.Open().Prepare(Cancellation))).Message);
        Assert.Equal(expected, (await Assert.ThrowsAsync<StorageException>(Migrate)).Message);
    }

    [Fact]
    public async Task A_script_that_fails_changes_nothing_and_the_next_try_goes_on_behind_those_that_did_not()
    {
        await _database.Query<int>("CREATE TABLE orleansmembershiptable (theirs int)");
        var error = await Assert.ThrowsAsync<StorageException>(Migrate);
        Assert.Equal(
            $"The database {_database.Name} holds something else already "
            + "(0003_orleans_clustering: relation \"orleansmembershiptable\" already exists). Use a database, or a Search Path, of its own.",
            error.Message);
        Assert.Equal(Scripts[..2], await _database.Query<string>("SELECT script FROM schema_version ORDER BY version"));
        Assert.Equal([true], await _database.Query<bool>("SELECT to_regclass('orleansmembershipversiontable') IS NULL"));

        await _database.Query<int>("DROP TABLE orleansmembershiptable");
        Assert.Equal(Scripts[2..], await Migrate());
    }

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private Task<IReadOnlyList<string>> Migrate() => PostgresMigrations.ApplyAsync(_database.ConnectionString, Cancellation);
}
