using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace OrleansDiffusion.Images;

/// <summary>
/// Text chunks of PNG files; PNG specification (W3C, third edition), section 11.3.3. We write tEXt where Latin-1 holds
/// the text, as most readers of generation parameters expect, and iTXt (UTF-8) where it does not.
/// </summary>
internal static class PngText
{
    private const int SignatureBytes = 8;
    private const int ChunkOverheadBytes = 12;
    private const int HeaderChunkBytes = 13;
    private const int TextBytesMax = 1 << 20;

    /// <summary>The same file with a text chunk right after its header.</summary>
    public static byte[] Insert(byte[] png, string keyword, string text)
    {
        var chunk = Chunk(keyword, text);
        const int headerEnd = SignatureBytes + ChunkOverheadBytes + HeaderChunkBytes;
        return [.. png.AsSpan(0, headerEnd), .. chunk, .. png.AsSpan(headerEnd)];
    }

    /// <summary>The text of the first chunk with this keyword, or null. A broken file has none.</summary>
    public static string? Find(ReadOnlySpan<byte> png, string keyword)
    {
        var rest = png.Length > SignatureBytes ? png[SignatureBytes..] : [];
        while (rest.Length >= ChunkOverheadBytes)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            if (length < 0 || length > rest.Length - ChunkOverheadBytes) return null;
            if (Read(rest.Slice(4, 4), rest.Slice(8, length), keyword) is { } text) return text;
            rest = rest[(length + ChunkOverheadBytes)..];
        }

        return null;
    }

    private static byte[] Chunk(string keyword, string text)
    {
        var isLatin = text.All(letter => letter <= byte.MaxValue);
        byte[] body = isLatin
            ? [.. "tEXt"u8, .. Encoding.Latin1.GetBytes(keyword), 0, .. Encoding.Latin1.GetBytes(text)]
            // No compression, no language, no translated keyword.
            : [.. "iTXt"u8, .. Encoding.Latin1.GetBytes(keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length - 4);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), Crc32.Of(body));
        return chunk;
    }

    private static string? Read(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body, string keyword)
    {
        var end = body.IndexOf((byte)0);
        if (end < 0 || Encoding.Latin1.GetString(body[..end]) != keyword) return null;
        var rest = body[(end + 1)..];
        if (type.SequenceEqual("tEXt"u8)) return Encoding.Latin1.GetString(rest);
        if (type.SequenceEqual("zTXt"u8) && rest.Length > 0) return Inflate(rest[1..]) is { } latin ? Encoding.Latin1.GetString(latin) : null;
        return type.SequenceEqual("iTXt"u8) ? ReadInternational(rest) : null;
    }

    private static string? ReadInternational(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4) return null;
        var isCompressed = rest[0] == 1;
        var text = rest[2..];
        for (var skipped = 0; skipped < 2; skipped++)
        {
            var end = text.IndexOf((byte)0);
            if (end < 0) return null;
            text = text[(end + 1)..];
        }

        if (!isCompressed) return Encoding.UTF8.GetString(text);
        return Inflate(text) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
    }

    private static byte[]? Inflate(ReadOnlySpan<byte> compressed)
    {
        using var inflate = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        var text = new byte[TextBytesMax];
        try
        {
            // Anything longer is no text of ours but an attempt to fill the memory.
            var length = inflate.ReadAtLeast(text, TextBytesMax, throwOnEndOfStream: false);
            return length < TextBytesMax ? text[..length] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
