using Google.Protobuf;

namespace OrleansDiffusion.Diffusion.Onnx.Tests;

/// <summary>
/// Writes small ONNX graphs for tests. Field numbers as in onnx.proto3 (onnx/onnx, IR version 8); a message is a list
/// of (field number, value), where a value is a number, a text, bytes or another message.
/// </summary>
internal static class OnnxFile
{
    public const int Float = 1;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int Bool = 9;
    public const int Float16 = 10;
    public const int Float64 = 11;

    private const int IntAttribute = 2;
    private const int GraphAttribute = 5;
    private const int Opset = 14;

    public static byte[] Model(byte[] graph) => Message((1, 8), (7, graph), (8, Message((1, ""), (2, Opset))));

    public static byte[] Graph(byte[][] nodes, byte[][] inputs, byte[][] outputs, params byte[][] initializers) => Message(
    [
        .. nodes.Select(node => (1, (object)node)),
        (2, "graph"),
        .. initializers.Select(tensor => (5, (object)tensor)),
        .. inputs.Select(input => (11, (object)input)),
        .. outputs.Select(output => (12, (object)output)),
    ]);

    public static byte[] Node(string operation, string[] inputs, string[] outputs, params byte[][] attributes) => Message(
    [
        .. inputs.Select(name => (1, (object)name)),
        .. outputs.Select(name => (2, (object)name)),
        (4, operation),
        .. attributes.Select(attribute => (5, (object)attribute)),
    ]);

    public static byte[] Attribute(string name, long value) => Message((1, name), (3, value), (20, IntAttribute));

    public static byte[] Attribute(string name, byte[] graph) => Message((1, name), (6, graph), (20, GraphAttribute));

    /// <param name="name">Of the input or output.</param>
    /// <param name="type">Element type.</param>
    /// <param name="axes">Numbers, or names of dynamic axes.</param>
    public static byte[] Value(string name, int type, params object[] axes)
    {
        var shape = Message([.. axes.Select(axis => (1, (object)Message((axis is string ? 2 : 1, axis))))]);
        return Message((1, name), (2, Message((1, Message((1, type), (2, shape))))));
    }

    public static byte[] Initializer(string name, int type, int[] axes, byte[] data) => Message(
        [.. axes.Select(axis => (1, (object)axis)), (2, type), (8, name), (9, data)]);

    /// <summary>An initializer whose numbers lie in another file.</summary>
    public static byte[] External(string name, int type, int[] axes, string location, long offset, long length) => Message(
    [
        .. axes.Select(axis => (1, (object)axis)),
        (2, type),
        (8, name),
        (13, Message((1, "location"), (2, location))),
        (13, Message((1, "offset"), (2, offset.ToString()))),
        (13, Message((1, "length"), (2, length.ToString()))),
        (14, 1),
    ]);

    public static byte[] Message(params (int Field, object Value)[] fields)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            foreach (var (field, value) in fields) Write(output, field, value);
        }

        return buffer.ToArray();
    }

    private static void Write(CodedOutputStream output, int field, object value)
    {
        if (value is int or long)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(Convert.ToInt64(value));
            return;
        }

        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(value is string text ? ByteString.CopyFromUtf8(text) : ByteString.CopyFrom((byte[])value));
    }
}
