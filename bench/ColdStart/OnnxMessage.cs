using System.Text;

namespace OrleansDiffusion.Bench;

/// <summary>
/// Writes what an ONNX file is made of (onnx/onnx, onnx.proto3) in protobuf's wire format: a message is a list of field
/// numbers with a number, a text, bytes or another message.
/// </summary>
internal static class OnnxMessage
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const int External = 1;
    private const int FloatAttribute = 1;
    private const int IntAttribute = 2;
    private const int IntsAttribute = 7;
    private const int Opset = 17;

    public static byte[] Model(byte[] graph) => Of((1, 8L), (7, graph), (8, Of((1, ""), (2, (long)Opset))));

    public static byte[] Graph(IEnumerable<byte[]> nodes, IEnumerable<byte[]> initializers, byte[] input, byte[] output) => Of(
        [.. nodes.Select(node => (1, (object)node)), (2, "graph"), .. initializers.Select(tensor => (5, (object)tensor)), (11, input), (12, output)]);

    public static byte[] Node(string operation, string[] inputs, string[] outputs, params byte[][] attributes) => Of(
    [
        .. inputs.Select(name => (1, (object)name)),
        .. outputs.Select(name => (2, (object)name)),
        (4, operation),
        .. attributes.Select(attribute => (5, (object)attribute)),
    ]);

    public static byte[] Attribute(string name, long value) => Of((1, name), (3, value), (20, (long)IntAttribute));

    public static byte[] Attribute(string name, long[] values) =>
        Of([(1, name), .. values.Select(value => (8, (object)value)), (20, (long)IntsAttribute)]);

    public static byte[] Attribute(string name, float value) => Of((1, name), (2, value), (20, (long)FloatAttribute));

    public static byte[] Value(string name, params long[] shape) => Of(
        (1, name), (2, Of((1, Of((1, (long)Float), (2, Of([.. shape.Select(axis => (1, (object)Of((1, axis))))])))))));

    /// <summary>Whole numbers inside the graph, such as a shape.</summary>
    public static byte[] Shape(string name, params long[] values) =>
        Of((1, (long)values.Length), (2, (long)Int64), (8, name), (9, values.SelectMany(BitConverter.GetBytes).ToArray()));

    /// <summary>Weights in a file beside the graph.</summary>
    public static byte[] Outside(string name, long[] shape, string file, long offset, long bytes) => Of(
    [
        .. shape.Select(axis => (1, (object)axis)),
        (2, (long)Float),
        (8, name),
        (13, Of((1, "location"), (2, file))),
        (13, Of((1, "offset"), (2, $"{offset}"))),
        (13, Of((1, "length"), (2, $"{bytes}"))),
        (14, (long)External),
    ]);

    private static byte[] Of(params (int Field, object Value)[] fields)
    {
        using var message = new MemoryStream();
        foreach (var (field, value) in fields)
        {
            if (value is long number)
            {
                Varint(message, (ulong)field << 3);
                Varint(message, (ulong)number);
            }
            else if (value is float real)
            {
                Varint(message, ((ulong)field << 3) | 5);
                message.Write(BitConverter.GetBytes(real));
            }
            else
            {
                var bytes = value as byte[] ?? Encoding.UTF8.GetBytes((string)value);
                Varint(message, ((ulong)field << 3) | 2);
                Varint(message, (ulong)bytes.Length);
                message.Write(bytes);
            }
        }

        return message.ToArray();
    }

    private static void Varint(MemoryStream message, ulong value)
    {
        for (; value >= 0x80; value >>= 7) message.WriteByte((byte)(value | 0x80));
        message.WriteByte((byte)value);
    }
}
