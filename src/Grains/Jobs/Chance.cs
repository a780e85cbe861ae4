using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansDiffusion.Grains;

/// <summary>Jitter without dice: who asks with another name or number gets another share, and the same one gets the same.</summary>
internal static class Chance
{
    /// <returns>0 (inclusive) to 1.</returns>
    public static double Of(string name, long number)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{name}:{number}"));
        return (BinaryPrimitives.ReadUInt64BigEndian(digest) >> 11) / (double)(1UL << 53);
    }
}
