using System.Net;
using System.Net.Sockets;
using Dapper;
using Npgsql;
using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class PostgresTroubleTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string EndTheOthers =
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    private readonly TestDatabase _database = new(postgres);

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_the_password()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        var error = await Trouble($"Host=127.0.0.1;Port={port};Database=od;Username=me;Password=hush");
        Assert.Equal($"The database od at 127.0.0.1:{port} cannot be reached: Connection refused.", error.Message);
        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_not_repeated()
    {
        var error = await Trouble(_database.ConnectionString + ";Password=hush");
        Assert.Equal(
            $"The database {_database.Name} refuses the user or the password: password authentication failed for user \"od\".", error.Message);
        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named_with_what_to_do()
    {
        var settings = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Database = "elsewhere" };
        var error = await Trouble(settings.ConnectionString);
        Assert.Equal(
            $"The database elsewhere at {settings.Host}:5432 does not exist; create it, then run `od db migrate`: "
            + "database \"elsewhere\" does not exist.",
            error.Message);
    }

    [Theory]
    [InlineData("hush")]
    [InlineData("Host=a;Password=x;hush=y")]
    [InlineData("Host=a;Port=hush")]
    [InlineData("Database=hush")]
    [InlineData("")]
    public void What_is_no_connection_string_is_not_repeated(string text)
    {
        var error = Assert.Throws<StorageException>(() => new PostgresDatabase(new() { ConnectionString = text, ArtifactFolder = "" }));
        Assert.Equal(
            "The PostgreSQL connection string cannot be read. It has the form Host=...;Port=5432;Database=...;Username=...;Password=...",
            error.Message);
        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_the_server_ends_is_trouble_once()
    {
        var store = new PostgresJobStore(_database.Open());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.Insert(Job($"j{i}"), Cancellation)));
        await _database.Query<bool>(EndTheOthers);

        var error = await Assert.ThrowsAsync<StorageException>(() => store.Find("j1", Cancellation));
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        for (var i = 0; i < 20; i++) Assert.NotNull(await store.Find($"j{i}", Cancellation));
    }

    [Fact]
    public async Task A_standby_refuses_writes_and_says_so()
    {
        var store = new PostgresJobStore(_database.Open("Options=-c default_transaction_read_only=on"));
        var error = await Assert.ThrowsAsync<StorageException>(() => store.Insert(Job("j1"), Cancellation));
        Assert.Equal(
            $"The database {_database.Name} is read-only; name its primary server: cannot execute SELECT in a read-only transaction.", error.Message);
    }

    [Fact]
    public async Task A_row_that_stays_locked_is_trouble_and_not_an_endless_wait()
    {
        var store = new PostgresJobStore(_database.Open("Options=-c lock_timeout=50"));
        await store.Insert(Job("j1"), Cancellation);
        await using var other = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await other.OpenAsync(Cancellation);
        await using var transaction = await other.BeginTransactionAsync(Cancellation);
        await other.ExecuteAsync(new("SELECT 1 FROM jobs FOR UPDATE", cancellationToken: Cancellation));
        var error = await Assert.ThrowsAsync<StorageException>(() => store.Update(Leased(Job("j1")), 0, Cancellation));
        Assert.Equal($"The database {_database.Name} is locked by another node: canceling statement due to lock timeout.", error.Message);
    }

    [Theory]
    [InlineData("53100", ErrorCode.StorageFull, "cannot grow: the disk of its server is full.")]
    [InlineData("57P01", ErrorCode.StorageUnavailable, "was shut down: told.")]
    [InlineData("57P03", ErrorCode.StorageUnavailable, "is starting up or shutting down: told.")]
    [InlineData("08006", ErrorCode.StorageUnavailable, "cannot be reached: told.")]
    [InlineData("53300", ErrorCode.StorageUnavailable, "has no connection left; raise its max_connections or lower Maximum Pool Size: told.")]
    [InlineData("53200", ErrorCode.StorageUnavailable, "has too few resources: told.")]
    [InlineData("40P01", ErrorCode.StorageUnavailable, "is locked by another node: told.")]
    [InlineData("58030", ErrorCode.StorageUnavailable, "cannot be read or written: told.")]
    [InlineData("XX001", ErrorCode.StorageUnavailable, "is damaged: told.")]
    public void Troubles_are_told_apart_by_their_code(string sqlState, ErrorCode code, string what)
    {
        var told = PostgresErrors.Translated(new PostgresException("told", "FATAL", "FATAL", sqlState), "od at db:5432")!;
        Assert.Equal(code, told.Code);
        Assert.Equal("The database od at db:5432 " + what, told.Message);
    }

    [Fact]
    public async Task A_mistake_of_ours_is_no_trouble_of_the_server()
    {
        var database = _database.Open();
        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            database.Do(connection => connection.ExecuteAsync("SELECT nothing FROM nowhere"), Cancellation));
        Assert.Equal(PostgresErrorCodes.UndefinedTable, error.SqlState);
    }

    [Fact]
    public async Task Whoever_stops_waiting_is_told_that_and_nothing_else()
    {
        using var impatience = new CancellationTokenSource();
        var database = _database.Open();
        await database.Prepare(Cancellation);
        var read = database.Do(
            async connection =>
            {
                var sleep = connection.ExecuteAsync(new("SELECT pg_sleep(60)", cancellationToken: impatience.Token));
                await impatience.CancelAsync();
                return await sleep;
            },
            impatience.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static async Task<StorageException> Trouble(string connectionString)
    {
        await using var database = new PostgresDatabase(new() { ConnectionString = connectionString, ArtifactFolder = "" });
        var error = await Assert.ThrowsAsync<StorageException>(() => database.Prepare(Cancellation));
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        var migration = await Assert.ThrowsAsync<StorageException>(() => PostgresMigrations.ApplyAsync(connectionString, Cancellation));
        Assert.Equal(error.Message, migration.Message);
        return error;
    }
}
