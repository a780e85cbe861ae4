using System.Text;

namespace OrleansDiffusion.Weights;

/// <summary>
/// Reads the protobuf wire format (protobuf.dev, "Encoding") from a file without holding it: what is not asked for is
/// skipped by seeking, so that a graph of two gigabytes costs a few kilobytes.
/// </summary>
internal sealed class WireReader(Stream stream)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Delimited = 2;
    public const int Fixed32 = 5;

    private const int VarintBytesMax = 10;
    private const int TextBytesMax = 1 << 16;

    public long Position => stream.Position;

    public long Length => stream.Length;

    /// <summary>The next field of a message that ends at <paramref name="end"/>; false at its end.</summary>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public bool Next(long end, out int field, out int wire)
    {
        (field, wire) = (0, 0);
        if (stream.Position > end) throw Broken("a part that is longer than the whole around it");
        if (stream.Position == end) return false;
        var tag = ReadVarint();
        (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
        return field > 0 ? true : throw Broken("a field without a number");
    }

    public ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < VarintBytesMax * 7; shift += 7)
        {
            var next = stream.ReadByte();
            if (next < 0) throw Truncated(stream.Position + 1);
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw Broken("a number that does not end");
    }

    /// <summary>Reads the length of what follows and says where that ends.</summary>
    public long ReadEnd()
    {
        var length = ReadVarint();
        if (length > long.MaxValue / 2) throw Broken("an impossible length");
        var end = stream.Position + (long)length;
        return end <= stream.Length ? end : throw Truncated(end);
    }

    public string ReadText()
    {
        var end = ReadEnd();
        if (end - stream.Position > TextBytesMax) throw Broken("a name of more than 64 KB");
        var bytes = new byte[end - stream.Position];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <returns>Bytes of the value.</returns>
    public long Skip(int wire)
    {
        var start = stream.Position;
        switch (wire)
        {
            case Varint:
                ReadVarint();
                return stream.Position - start;
            case Fixed64:
                return SkipTo(start + 8) - start;
            case Fixed32:
                return SkipTo(start + 4) - start;
            case Delimited:
                var end = ReadEnd();
                var length = end - stream.Position;
                SkipTo(end);
                return length;
            default:
                throw Broken($"wire type {wire}");
        }
    }

    private long SkipTo(long position)
    {
        if (position > stream.Length) throw Truncated(position);
        return stream.Position = position;
    }

    private InvalidDataException Truncated(long needed) =>
        new($"The file is cut short: it has {stream.Length} bytes and needs at least {needed}.");

    private InvalidDataException Broken(string what) => new($"It is no ONNX file: {what} at byte {stream.Position}.");
}
