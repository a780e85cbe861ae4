namespace OrleansDiffusion.Storage;

/// <summary>The statements of the key store. Dialect: what SQLite and PostgreSQL have in common.</summary>
internal static class KeySql
{
    private const string Columns = "id AS Id, hash AS Hash, tenant_id AS TenantId, is_admin AS IsAdmin, created_at AS CreatedAt";

    public const string Put = """
        INSERT INTO api_keys (id, hash, tenant_id, is_admin, created_at) VALUES (@Id, @Hash, @TenantId, @IsAdmin, @CreatedAt)
        ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, tenant_id = excluded.tenant_id, is_admin = excluded.is_admin,
          created_at = excluded.created_at
        """;

    public const string FindByHash = $"SELECT {Columns} FROM api_keys WHERE hash = @Hash";

    public const string List = $"SELECT {Columns} FROM api_keys ORDER BY created_at, id";

    public const string Remove = "DELETE FROM api_keys WHERE id = @Id";
}

/// <summary>A key as its table has it.</summary>
internal sealed record KeyRow(string Id, string Hash, string TenantId, long IsAdmin, long CreatedAt)
{
    public static KeyRow Of(ApiKey key) => new(key.Id, key.Hash, key.TenantId, key.IsAdmin ? 1 : 0, StoredTime.Of(key.CreatedAt));

    public ApiKey ToKey() => new(Id, Hash, TenantId, IsAdmin != 0, StoredTime.Read(CreatedAt));
}
