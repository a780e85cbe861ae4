namespace OrleansDiffusion.Images;

/// <summary>The checksum of PNG chunks; ISO 3309, polynomial 0xEDB88320 (reflected), as in the PNG specification's annex D.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = Table[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }

    private static uint Entry(int index)
    {
        var entry = (uint)index;
        for (var bit = 0; bit < 8; bit++) entry = (entry & 1) == 1 ? Polynomial ^ (entry >> 1) : entry >> 1;
        return entry;
    }
}
