namespace OrleansDiffusion.Weights;

/// <summary>The outline of an ONNX file: everything but the numbers.</summary>
internal sealed class OnnxGraph
{
    public List<OnnxTensor> Tensors { get; } = [];

    /// <summary>Element types of the graph's inputs and outputs.</summary>
    public List<int> BorderTypes { get; } = [];

    public int NodeCount { get; set; }

    public bool HasGraph { get; set; }

    public bool HasOpset { get; set; }
}

/// <summary>Weights inside a graph, or beside it.</summary>
internal sealed class OnnxTensor
{
    public string Name { get; set; } = "";

    public int Type { get; set; }

    public List<long> Dimensions { get; } = [];

    /// <summary>Bytes stored in the graph as they lie in memory; null if they are stored another way.</summary>
    public long? RawBytes { get; set; }

    public bool IsExternal { get; set; }

    /// <summary>Whether it is an initializer of the outermost graph; else it belongs to a node or to a graph within.</summary>
    public bool IsInitializer { get; init; }

    /// <summary>location, offset, length.</summary>
    public Dictionary<string, string> External { get; } = [];

    /// <exception cref="OverflowException">The shape is no shape.</exception>
    public long ElementCount => Dimensions.Aggregate(1L, (product, axis) => axis >= 0 ? checked(product * axis) : throw new OverflowException());

    /// <exception cref="OverflowException">The shape is no shape.</exception>
    public long? Bytes => OnnxTypes.HalfBytesOf(Type) is { } halfBytes ? (checked(ElementCount * halfBytes) + 1) / 2 : null;
}

/// <summary>Element types by their number in onnx.proto3 (TensorProto.DataType).</summary>
internal static class OnnxTypes
{
    public const int Float16 = 10;
    public const int BFloat16 = 16;

    public static bool IsHalf(int type) => type is Float16 or BFloat16;

    /// <summary>Twice the bytes of one number, since some have half a byte; null for text and what is unknown.</summary>
    public static int? HalfBytesOf(int type) => type switch
    {
        2 or 3 or 9 or 17 or 18 or 19 or 20 => 2,
        4 or 5 or Float16 or BFloat16 => 4,
        1 or 6 or 12 => 8,
        7 or 11 or 13 or 14 => 16,
        15 => 32,
        21 or 22 => 1,
        _ => null,
    };
}
