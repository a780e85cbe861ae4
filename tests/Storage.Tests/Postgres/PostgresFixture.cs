using Npgsql;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Storage.Tests;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace OrleansDiffusion.Storage.Tests;

/// <summary>One server for all tests of a run, started by the first that wants it, with a database for each.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    public const string LeftOut = "OD_SKIP_POSTGRES=1";

    private const string Template = "migrated";

    private readonly Lazy<Task<PostgresServer>> _server = new(Start);
    private int _databaseCount;

    public static bool IsLeftOut => Environment.GetEnvironmentVariable("OD_SKIP_POSTGRES") == "1";

    /// <returns>The connection string of a new database.</returns>
    public async Task<string> CreateDatabase(bool isMigrated, CancellationToken cancellation)
    {
        Assert.SkipWhen(IsLeftOut, LeftOut);
        var server = await _server.Value;
        var name = $"test{Interlocked.Increment(ref _databaseCount)}";
        await Execute(server, $"CREATE DATABASE {name} TEMPLATE {(isMigrated ? Template : "template0")}", cancellation);
        return server.ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully) await (await _server.Value).DisposeAsync();
    }

    private static async Task<PostgresServer> Start()
    {
        if (PostgresServer.FindPrograms() is null) Assert.Fail(PostgresServer.HowToInstall + " (or leave these tests out with OD_SKIP_POSTGRES=1)");
        var server = await PostgresServer.StartAsync(CancellationToken.None);
        await Execute(server, $"CREATE DATABASE {Template} TEMPLATE template0", CancellationToken.None);
        await PostgresMigrations.ApplyAsync(server.ConnectionString(Template), CancellationToken.None);
        return server;
    }

    private static async Task Execute(PostgresServer server, string sql, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
