using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansDiffusion.Weights;

/// <param name="FileSha256">Of the file, in hex.</param>
/// <param name="Index">The chunk's place in it.</param>
/// <param name="From">The first byte of the chunk that is wanted.</param>
/// <param name="Count">Bytes; 0: all that follow.</param>
internal sealed record LineRequest(string FileSha256, int Index, int From = 0, int Count = 0)
{
    private const int MacBegin = SHA256.HashSizeInBytes + (3 * sizeof(int));
    public const int Bytes = MacBegin + HMACSHA256.HashSizeInBytes;

    /// <summary>As it travels, with its signature.</summary>
    /// <param name="secret">The cluster's.</param>
    /// <param name="nonce">Of the line.</param>
    /// <param name="number">How many requests went before it on this line.</param>
    public byte[] Sign(ClusterSecret secret, ReadOnlySpan<byte> nonce, long number)
    {
        var bytes = new byte[Bytes];
        Convert.FromHexString(FileSha256).CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(SHA256.HashSizeInBytes), Index);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(SHA256.HashSizeInBytes + 4), From);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(SHA256.HashSizeInBytes + 8), Count);
        secret.MacOfLine(nonce, number, bytes.AsSpan(0, MacBegin)).CopyTo(bytes, MacBegin);
        return bytes;
    }

    /// <returns>Null if the signature is not the cluster's, or that of another place.</returns>
    public static LineRequest? Read(ReadOnlySpan<byte> bytes, ClusterSecret secret, ReadOnlySpan<byte> nonce, long number)
    {
        if (!CryptographicOperations.FixedTimeEquals(secret.MacOfLine(nonce, number, bytes[..MacBegin]), bytes[MacBegin..])) return null;
        var numbers = bytes[SHA256.HashSizeInBytes..];
        return new LineRequest(
            Convert.ToHexStringLower(bytes[..SHA256.HashSizeInBytes]), BinaryPrimitives.ReadInt32LittleEndian(numbers),
            BinaryPrimitives.ReadInt32LittleEndian(numbers[4..]), BinaryPrimitives.ReadInt32LittleEndian(numbers[8..]));
    }

    /// <returns>The bytes of a chunk of that length that are meant; null if there are none.</returns>
    public (int From, int Count)? Within(int chunkBytes)
    {
        if (From < 0 || Count < 0 || From >= chunkBytes) return null;
        return (From, Count == 0 ? chunkBytes - From : Math.Min(Count, chunkBytes - From));
    }
}
