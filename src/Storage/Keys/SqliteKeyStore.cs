using Dapper;

namespace OrleansDiffusion.Storage;

/// <summary>API keys in the node's own database file.</summary>
public sealed class SqliteKeyStore(SqliteDatabase database) : IKeyStore
{
    private const string Columns = "id AS Id, hash AS Hash, tenant_id AS TenantId, is_admin AS IsAdmin, created_at AS CreatedAt";

    private const string Upsert = """
        INSERT INTO api_keys (id, hash, tenant_id, is_admin, created_at) VALUES (@Id, @Hash, @TenantId, @IsAdmin, @CreatedAt)
        ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, tenant_id = excluded.tenant_id, is_admin = excluded.is_admin,
          created_at = excluded.created_at
        """;

    public Task Put(ApiKey key, CancellationToken cancellation)
    {
        var row = new { key.Id, key.Hash, key.TenantId, IsAdmin = key.IsAdmin ? 1 : 0, CreatedAt = StoredTime.Of(key.CreatedAt) };
        return database.Write(connection => connection.Execute(Upsert, row), cancellation);
    }

    public Task<ApiKey?> FindByHash(string hash, CancellationToken cancellation) => database.Read(
        connection => connection.QuerySingleOrDefault<Row>($"SELECT {Columns} FROM api_keys WHERE hash = @hash", new { hash })?.ToKey(),
        cancellation);

    public Task<IReadOnlyList<ApiKey>> List(CancellationToken cancellation) => database.Read<IReadOnlyList<ApiKey>>(
        connection => connection.Query<Row>($"SELECT {Columns} FROM api_keys ORDER BY created_at, id").Select(row => row.ToKey()).ToList(),
        cancellation);

    public Task<bool> Remove(string keyId, CancellationToken cancellation) =>
        database.Write(connection => connection.Execute("DELETE FROM api_keys WHERE id = @keyId", new { keyId }) == 1, cancellation);

    private sealed record Row(string Id, string Hash, string TenantId, long IsAdmin, long CreatedAt)
    {
        public ApiKey ToKey() => new(Id, Hash, TenantId, IsAdmin != 0, StoredTime.Read(CreatedAt));
    }
}
