using Dapper;

namespace OrleansDiffusion.Storage;

/// <summary>API keys in the node's own database file.</summary>
public sealed class SqliteKeyStore(SqliteDatabase database) : IKeyStore
{
    public Task Put(ApiKey key, CancellationToken cancellation)
    {
        var row = KeyRow.Of(key);
        return database.Write(connection => connection.Execute(KeySql.Put, row), cancellation);
    }

    public Task<ApiKey?> FindByHash(string hash, CancellationToken cancellation) => database.Read(
        connection => connection.QuerySingleOrDefault<KeyRow>(KeySql.FindByHash, new { Hash = hash })?.ToKey(), cancellation);

    public Task<IReadOnlyList<ApiKey>> List(CancellationToken cancellation) => database.Read<IReadOnlyList<ApiKey>>(
        connection => connection.Query<KeyRow>(KeySql.List).Select(row => row.ToKey()).ToList(), cancellation);

    public Task<bool> Remove(string keyId, CancellationToken cancellation) =>
        database.Write(connection => connection.Execute(KeySql.Remove, new { Id = keyId }) == 1, cancellation);
}
