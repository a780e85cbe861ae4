using System.Text;

namespace Orleans;

/// <summary>A hash that is the same in every process: FNV-1a with a final mix (Fowler, Noll, Vo 1991; Murmur3's fmix32).</summary>
public static class StableHash
{
    public static uint ComputeHash(ReadOnlySpan<byte> data)
    {
        var hash = 2166136261u;
        foreach (var b in data)
        {
            hash = unchecked((hash ^ b) * 16777619u);
        }

        hash = unchecked((hash ^ (hash >> 16)) * 0x85ebca6bu);
        hash = unchecked((hash ^ (hash >> 13)) * 0xc2b2ae35u);
        return hash ^ (hash >> 16);
    }

    public static uint ComputeHash(string data) => ComputeHash(Encoding.UTF8.GetBytes(data));
}
