using System.Security.Cryptography;
using System.Text;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Cli.Keys;

/// <summary>Makes API keys: 256 random bits for the caller, their SHA-256 for the store.</summary>
internal static class KeyMaker
{
    public static (ApiKey Key, string Secret) Make(string id, string tenantId, bool isAdmin, TimeProvider time)
    {
        var secret = "od-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        return (new ApiKey(id, hash, tenantId, isAdmin, time.GetUtcNow()), secret);
    }
}
