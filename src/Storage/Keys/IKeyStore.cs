namespace OrleansDiffusion.Storage;

/// <summary>API keys, known only by their hash.</summary>
public interface IKeyStore
{
    Task Put(ApiKey key, CancellationToken cancellation);

    Task<ApiKey?> FindByHash(string hash, CancellationToken cancellation);

    Task<IReadOnlyList<ApiKey>> List(CancellationToken cancellation);

    Task<bool> Remove(string keyId, CancellationToken cancellation);
}

/// <param name="Id">Public name of the key.</param>
/// <param name="Hash">SHA-256 of the secret, lower-case hex; the secret itself has 256 bits, so that no salt is needed.</param>
/// <param name="TenantId">Whose key it is.</param>
/// <param name="IsAdmin">May add models and see the whole cluster.</param>
/// <param name="CreatedAt">When.</param>
public sealed record ApiKey(string Id, string Hash, string TenantId, bool IsAdmin, DateTimeOffset CreatedAt);
