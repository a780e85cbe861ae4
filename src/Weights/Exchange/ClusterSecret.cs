using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansDiffusion.Weights;

/// <summary>
/// Proves that a request comes from a node of the cluster: an HMAC-SHA256 over method, path and time under a secret that
/// all nodes know. The secret itself never travels, so plain HTTP does not give it away; a header that was overheard asks
/// for the same chunk only, and only for <see cref="Tolerance"/>.
/// </summary>
public sealed class ClusterSecret
{
    public const int LengthMin = 16;
    private const string Scheme = "OD-Chunks ";

    private readonly byte[] _key;
    private readonly TimeProvider _time;

    /// <exception cref="ArgumentException">The secret is too short to be one.</exception>
    public ClusterSecret(string secret, TimeProvider time)
    {
        if (secret.Length < LengthMin) throw new ArgumentException($"A cluster secret has at least {LengthMin} characters.", nameof(secret));
        (_key, _time) = (Encoding.UTF8.GetBytes(secret), time);
    }

    /// <summary>How far the clocks of two nodes may differ.</summary>
    public static TimeSpan Tolerance { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The value of the Authorization header.</summary>
    public string Sign(string method, string path)
    {
        var seconds = _time.GetUtcNow().ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}{seconds}.{Convert.ToHexStringLower(Mac(method, path, seconds))}");
    }

    public bool IsSigned(string? header, string method, string path)
    {
        if (header is null || !header.StartsWith(Scheme, StringComparison.Ordinal)) return false;
        var parts = header[Scheme.Length..].Split('.');
        if (parts.Length != 2 || parts[1].Length != 2 * HMACSHA256.HashSizeInBytes || !parts[1].All(char.IsAsciiHexDigit)) return false;
        if (!long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        var isOurs = CryptographicOperations.FixedTimeEquals(Mac(method, path, seconds), Convert.FromHexString(parts[1]));
        return isOurs && Math.Abs(_time.GetUtcNow().ToUnixTimeSeconds() - seconds) <= Tolerance.TotalSeconds;
    }

    /// <summary>Of one request on a line (<see cref="LineRequest"/>): good for that line and that place on it only.</summary>
    internal byte[] MacOfLine(ReadOnlySpan<byte> nonce, long number, ReadOnlySpan<byte> request)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, number);
        byte[] message = [.. Encoding.UTF8.GetBytes(LineProtocol.Upgrade), .. nonce, .. place, .. request];
        return HMACSHA256.HashData(_key, message);
    }

    private byte[] Mac(string method, string path, long seconds) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{method}\n{path}\n{seconds}")));
}
