using System.Buffers.Binary;

namespace OrleansDiffusion.Weights;

/// <summary>
/// What goes over a line: a connection that began as HTTP and was upgraded. Requests of a fixed size one way; the other way,
/// for each of them in order, a status, a length and so many bytes. Numbers are little-endian.
/// </summary>
internal static class LineProtocol
{
    public const string Path = "/chunks";
    public const string Name = "od-chunks";
    public const string Version = "1";
    public const string Upgrade = Name + "/" + Version;

    /// <summary>Carries the server's nonce, in hex. Each request is signed with it, so that what was overheard opens nothing.</summary>
    public const string NonceHeader = "OD-Chunks-Nonce";

    public const int NonceBytes = 32;
    public const int HeadBytes = 8;

    public static void WriteHead(Span<byte> head, int status, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(head, status);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], length);
    }

    public static (int Status, int Length) ReadHead(ReadOnlySpan<byte> head) =>
        (BinaryPrimitives.ReadInt32LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head[4..]));
}
