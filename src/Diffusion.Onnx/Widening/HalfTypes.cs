using OrleansDiffusion.Diffusion.Onnx.Format;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>The 16-bit element types of onnx.proto, and whether a graph computes in them.</summary>
internal static class HalfTypes
{
    public const int Float = (int)TensorProto.Types.DataType.Float;
    public const int Half = (int)TensorProto.Types.DataType.Float16;
    public const int BrainHalf = (int)TensorProto.Types.DataType.Bfloat16;

    private const string Cast = "Cast";
    private const string Constant = "Constant";

    public static bool IsHalf(long type) => type is Half or BrainHalf;

    /// <summary>Attributes of ONNX operators whose number is an element type.</summary>
    public static bool NamesType(AttributeProto attribute) =>
        attribute.Type == AttributeProto.Types.AttributeType.Int
        && attribute.Name is "to" or "dtype" or "output_dtype" or "output_datatype" or "stash_type" or "softmax_precision";

    /// <summary>
    /// Whether anything but the storing of weights is in 16 bits. A graph that widens each weight with a Cast before using it
    /// computes in 32: the runtime folds those.
    /// </summary>
    public static bool ComputesInHalves(GraphProto graph)
    {
        if (graph.Input.Concat(graph.Output).Any(value => IsHalf(value.Type?.TensorType?.ElemType ?? 0))) return true;
        var stored = graph.Initializer.Where(tensor => IsHalf(tensor.DataType)).Select(tensor => tensor.Name)
            .Concat(graph.Node.Where(node => node.OpType == Constant && node.Attribute.Any(HoldsHalf)).SelectMany(node => node.Output))
            .ToHashSet(StringComparer.Ordinal);
        return graph.Node.Any(node =>
            (node.OpType != Cast && node.Input.Any(stored.Contains))
            || (node.OpType != Constant && node.Attribute.Any(HoldsHalf))
            || node.Attribute.Any(attribute => NamesType(attribute) && IsHalf(attribute.I))
            || GraphsOf(node).Any(ComputesInHalves));
    }

    public static IEnumerable<GraphProto> GraphsOf(NodeProto node) =>
        node.Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Append(attribute.G));

    private static bool HoldsHalf(AttributeProto attribute) =>
        IsHalf(attribute.T?.DataType ?? 0) || IsHalf(attribute.SparseTensor?.Values?.DataType ?? 0)
        || attribute.Tensors.Any(tensor => IsHalf(tensor.DataType));
}
