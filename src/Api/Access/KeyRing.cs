using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Api.Access;

/// <summary>Knows keys by their hash, and remembers the ones just seen for a moment.</summary>
internal sealed class KeyRing(IKeyStore store, TimeProvider time, IOptions<DiffusionApiOptions> options)
{
    private const int RememberedCountMax = 1024;
    private const int SecretLengthMax = 256;

    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);

    /// <summary>Null for a key that does not exist.</summary>
    /// <exception cref="StorageException">The store cannot say.</exception>
    public async ValueTask<Caller?> FindAsync(string secret, CancellationToken cancellation)
    {
        if (secret.Length is 0 or > SecretLengthMax) return null;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        if (_remembered.TryGetValue(hash, out var known) && known.Until > time.GetUtcNow()) return known.Caller;

        var key = await store.FindByHash(hash, cancellation);
        if (key is null)
        {
            _remembered.TryRemove(hash, out _);
            return null;
        }

        if (_remembered.Count >= RememberedCountMax) _remembered.Clear(); // A cache: what is lost is asked for again.
        var caller = new Caller(key.TenantId, key.IsAdmin);
        _remembered[hash] = new Remembered(caller, time.GetUtcNow() + options.Value.KeyCacheTime);
        return caller;
    }

    private sealed record Remembered(Caller Caller, DateTimeOffset Until);
}
