using System.Security.Cryptography;
using System.Text;

namespace OrleansDiffusion.Jobs;

/// <summary>
/// Names of jobs. The client mints them, so that a submission that is repeated after a lost answer finds the job that
/// the first one made. Ids made at random sort by time of creation.
/// </summary>
public static class JobId
{
    public const int Length = 30;

    private const string Prefix = "job_";

    /// <summary>A new id: 48 bits of time, then 80 bits of chance from <paramref name="chance"/>.</summary>
    public static string New(TimeProvider time, Func<Guid> chance)
    {
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        Span<byte> bytes = stackalloc byte[16];
        chance().TryWriteBytes(bytes);
        for (var i = 0; i < 6; i++) bytes[i] = (byte)(milliseconds >> (40 - (8 * i)));
        return Encode(bytes);
    }

    /// <summary>The id that a tenant's idempotency key stands for: the same key always names the same job.</summary>
    public static string FromIdempotencyKey(string tenantId, string key)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{tenantId.Length}:{tenantId}{key}"));
        return Encode(digest.AsSpan(0, 16));
    }

    public static bool IsValid(string? id) =>
        id is { Length: Length } && id.StartsWith(Prefix, StringComparison.Ordinal) && !id.AsSpan(Prefix.Length).ContainsAnyExcept(Letters);

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32: no i, l, o, u.

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create(Alphabet);

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        var value = new UInt128(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        Span<char> text = stackalloc char[Length];
        Prefix.CopyTo(text);
        for (var i = Length - 1; i >= Prefix.Length; i--)
        {
            text[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }

        return new string(text);
    }
}
