using Google.Protobuf;
using OrleansDiffusion.Diffusion.Onnx.Format;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// Writes a graph that computes in 16 bits as one that computes in 32, with the same weights to the last bit. A CPU has no
/// arithmetic of 16 bits: the runtime would widen every weight again at every step, and round in between.
/// </summary>
internal sealed class WideGraph
{
    private const string WeightsFile = "wide.bin";

    private readonly WideWeights _weights;
    private readonly CancellationToken _cancellation;

    private WideGraph(WideWeights weights, CancellationToken cancellation) => (_weights, _cancellation) = (weights, cancellation);

    /// <summary>Writes the graph and its weights where it is needed.</summary>
    /// <param name="path">The .onnx file, with its external data beside it.</param>
    /// <param name="folder">Where the wide one goes, under the same file name; made.</param>
    /// <param name="cancellation">Stops between two weights.</param>
    /// <returns>The path of the wide graph; null where the graph computes in 32 bits anyway, and nothing was written.</returns>
    /// <exception cref="InferenceException">It is no ONNX file, or its weights are not where it says.</exception>
    /// <exception cref="IOException">The disk is full, cannot be read, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, by permission.</exception>
    public static string? Write(string path, string folder, CancellationToken cancellation)
    {
        try
        {
            if (!HoldsHalves(path)) return null;
            var model = Parse(path);
            if (model.Graph is null || !HalfTypes.ComputesInHalves(model.Graph)) return null;
            Directory.CreateDirectory(folder);
            using (var weights = new WideWeights(path, Path.Combine(folder, WeightsFile)))
            {
                new WideGraph(weights, cancellation).Widen(model);
            }

            var target = Path.Combine(folder, Path.GetFileName(path));
            using var file = File.Create(target);
            model.WriteTo(file);
            return target;
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new InferenceException($"{path} could not be loaded: {exception.Message}", exception);
        }
    }

    /// <summary>Steps over the numbers: a graph without 16-bit weights is not taken into memory.</summary>
    private static bool HoldsHalves(string path)
    {
        using var file = File.OpenRead(path);
        return ExternalWeights.HoldsHalves(file);
    }

    private static ModelProto Parse(string path)
    {
        using var file = File.OpenRead(path);
        return ModelProto.Parser.ParseFrom(file);
    }

    private void Widen(ModelProto model)
    {
        Widen(model.Graph, isOutermost: true);
        foreach (var node in model.Functions.SelectMany(function => function.Node)) Widen(node);
    }

    private void Widen(GraphProto graph, bool isOutermost)
    {
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo)) Widen(value.Type);
        foreach (var tensor in graph.Initializer)
        {
            _cancellation.ThrowIfCancellationRequested();
            _weights.Widen(tensor, mayLieOutside: isOutermost);
        }

        foreach (var sparse in graph.SparseInitializer) _weights.Widen(sparse.Values, mayLieOutside: false);
        foreach (var node in graph.Node) Widen(node);
    }

    private void Widen(NodeProto node)
    {
        foreach (var attribute in node.Attribute)
        {
            if (HalfTypes.NamesType(attribute) && HalfTypes.IsHalf(attribute.I)) attribute.I = HalfTypes.Float;
            _weights.Widen(attribute.T, mayLieOutside: false);
            foreach (var one in attribute.Tensors) _weights.Widen(one, mayLieOutside: false);
            _weights.Widen(attribute.SparseTensor?.Values, mayLieOutside: false);
            foreach (var type in attribute.TypeProtos.Append(attribute.Tp)) Widen(type);
        }

        foreach (var graph in HalfTypes.GraphsOf(node)) Widen(graph, isOutermost: false);
    }

    private static void Widen(TypeProto? type)
    {
        if (type?.TensorType is { } tensor && HalfTypes.IsHalf(tensor.ElemType)) tensor.ElemType = HalfTypes.Float;
        if (type?.SparseTensorType is { } sparse && HalfTypes.IsHalf(sparse.ElemType)) sparse.ElemType = HalfTypes.Float;
        if ((type?.SequenceType?.ElemType ?? type?.OptionalType?.ElemType ?? type?.MapType?.ValueType) is { } inner) Widen(inner);
    }
}
