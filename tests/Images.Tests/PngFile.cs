using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace OrleansDiffusion.Images.Tests;

/// <summary>A PNG file written from scratch, without libvips; PNG specification, sections 5 and 11.</summary>
internal static class PngFile
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <param name="width">Pixels.</param>
    /// <param name="height">1: one row is enough here.</param>
    /// <param name="colorType">0 grey, 2 RGB, 6 RGBA.</param>
    /// <param name="bits">Per sample.</param>
    /// <param name="row">The samples.</param>
    /// <param name="extra">A chunk to put before the pixels: type and body.</param>
    public static byte[] Write(int width, int height, byte colorType, byte bits, byte[] row, (string Type, byte[] Body)? extra = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bits;
        header[9] = colorType;
        return
        [
            .. Signature,
            .. Chunk("IHDR", header),
            .. extra is { } chunk ? Chunk(chunk.Type, chunk.Body) : [],
            .. Chunk("IDAT", Deflate([0, .. row])),
            .. Chunk("IEND", []),
        ];
    }

    public static byte[] Deflate(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var deflate = new ZLibStream(buffer, CompressionLevel.Optimal)) deflate.Write(bytes);
        return buffer.ToArray();
    }

    private static byte[] Chunk(string type, byte[] body)
    {
        byte[] typed = [.. Encoding.Latin1.GetBytes(type), .. body];
        var chunk = new byte[typed.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        typed.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.Of(typed));
        return chunk;
    }
}
