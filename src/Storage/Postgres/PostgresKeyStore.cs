using Dapper;

namespace OrleansDiffusion.Storage;

/// <summary>API keys in the database that all nodes share.</summary>
public sealed class PostgresKeyStore(PostgresDatabase database) : IKeyStore
{
    public Task Put(ApiKey key, CancellationToken cancellation)
    {
        var command = new CommandDefinition(KeySql.Put, KeyRow.Of(key), cancellationToken: cancellation);
        return database.Do(connection => connection.ExecuteAsync(command), cancellation);
    }

    public Task<ApiKey?> FindByHash(string hash, CancellationToken cancellation)
    {
        var command = new CommandDefinition(KeySql.FindByHash, new { Hash = hash }, cancellationToken: cancellation);
        return database.Do(async connection => (await connection.QuerySingleOrDefaultAsync<KeyRow>(command))?.ToKey(), cancellation);
    }

    public Task<IReadOnlyList<ApiKey>> List(CancellationToken cancellation)
    {
        var command = new CommandDefinition(KeySql.List, cancellationToken: cancellation);
        return database.Do<IReadOnlyList<ApiKey>>(
            async connection => (await connection.QueryAsync<KeyRow>(command)).Select(row => row.ToKey()).ToList(), cancellation);
    }

    public Task<bool> Remove(string keyId, CancellationToken cancellation)
    {
        var command = new CommandDefinition(KeySql.Remove, new { Id = keyId }, cancellationToken: cancellation);
        return database.Do(async connection => await connection.ExecuteAsync(command) == 1, cancellation);
    }
}
