using Dapper;
using Npgsql;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>A PostgreSQL database of its own for one test.</summary>
internal sealed class TestDatabase(PostgresFixture server, bool isMigrated = true) : IAsyncLifetime
{
    private readonly List<PostgresDatabase> _opened = [];

    public string ConnectionString { get; private set; } = "";

    /// <summary>How messages name it.</summary>
    public string Name => PostgresConnections.NameOf(new(ConnectionString));

    public async ValueTask InitializeAsync() => ConnectionString = await server.CreateDatabase(isMigrated, Cancellation);

    /// <summary>As a node opens it; each call is another node.</summary>
    public PostgresDatabase Open(string settings = "")
    {
        var database = new PostgresDatabase(new() { ConnectionString = $"{ConnectionString};{settings}", ArtifactFolder = "" });
        _opened.Add(database);
        return database;
    }

    /// <summary>Beside the stores.</summary>
    public async Task<List<T>> Query<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync(Cancellation);
        return (await connection.QueryAsync<T>(new(sql, parameters, cancellationToken: Cancellation))).AsList();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _opened) await database.DisposeAsync();
    }
}
