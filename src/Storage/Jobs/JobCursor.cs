using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace OrleansDiffusion.Storage;

/// <summary>The last row of a page: the page after begins below it, however many jobs arrive in between. Opaque to callers.</summary>
internal readonly record struct JobCursor(long CreatedAt, string Id)
{
    private const int TimeBytes = sizeof(long);

    public override string ToString()
    {
        var bytes = new byte[TimeBytes + Encoding.UTF8.GetByteCount(Id)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, CreatedAt);
        Encoding.UTF8.GetBytes(Id, bytes.AsSpan(TimeBytes));
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryParse(string text, out JobCursor cursor)
    {
        cursor = default;
        if (!Base64Url.IsValid(text)) return false;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length <= TimeBytes) return false;
        cursor = new(BinaryPrimitives.ReadInt64BigEndian(bytes), Encoding.UTF8.GetString(bytes, TimeBytes, bytes.Length - TimeBytes));
        return true;
    }
}
