using System.Globalization;

namespace OrleansDiffusion.Weights;

/// <summary>One initializer of a graph whose numbers lie in a file beside it.</summary>
/// <param name="Name">As the graph calls it.</param>
/// <param name="Type">Element type by its number in onnx.proto3 (TensorProto.DataType).</param>
/// <param name="Shape">Row-major.</param>
/// <param name="Location">The file, relative to the graph's folder.</param>
/// <param name="Offset">Where its numbers begin in that file.</param>
/// <param name="Bytes">How many bytes they take: what type and shape need.</param>
public sealed record ExternalWeight(string Name, int Type, IReadOnlyList<long> Shape, string Location, long Offset, long Bytes)
{
    public bool IsHalf => OnnxTypes.IsHalf(Type);
}

/// <summary>Where a graph's weights lie in the files beside it: its index, read from the graph itself.</summary>
public static class ExternalWeights
{
    /// <param name="graph">An ONNX file, from its beginning; best in memory, since it is read byte by byte.</param>
    /// <returns>By location, then by offset.</returns>
    /// <exception cref="InvalidDataException">
    /// No ONNX file, or weights of which type, shape and place do not fit together, or weights outside that are not the
    /// graph's own initializers: a runtime cannot be given those.
    /// </exception>
    public static IReadOnlyList<ExternalWeight> Read(Stream graph)
    {
        var external = OnnxReader.Read(graph).Tensors.Where(tensor => tensor.IsExternal).Select(Place);
        return [.. external.OrderBy(weight => weight.Location, StringComparer.Ordinal).ThenBy(weight => weight.Offset)];
    }

    /// <summary>Names of the files beside a graph that hold weights of it, in ordinal order. For any graph, as large as it may be.</summary>
    /// <exception cref="InvalidDataException">The file is cut short or no ONNX file.</exception>
    public static IReadOnlyList<string> FilesOf(Stream graph)
    {
        var external = OnnxReader.Read(graph).Tensors.Where(tensor => tensor.IsExternal);
        var locations = external.Select(tensor => tensor.External.GetValueOrDefault("location", "")).ToHashSet(StringComparer.Ordinal);
        return [.. locations.Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether any weight is stored in 16 bits, or anything goes in or out in them. For any graph, as large as it may be.</summary>
    /// <exception cref="InvalidDataException">The file is cut short or no ONNX file.</exception>
    public static bool HoldsHalves(Stream graph)
    {
        var outline = OnnxReader.Read(graph);
        return outline.Tensors.Any(tensor => OnnxTypes.IsHalf(tensor.Type)) || outline.BorderTypes.Any(OnnxTypes.IsHalf);
    }

    private static ExternalWeight Place(OnnxTensor tensor)
    {
        if (!tensor.IsInitializer) throw Unfit(tensor, "belongs to a node or to a graph within the graph");
        var bytes = Bytes(tensor) ?? throw Unfit(tensor, "has an element type without a fixed size");
        var length = Number(tensor, "length") ?? bytes;
        if (length != bytes) throw Unfit(tensor, $"has {length} bytes, and its shape needs {bytes}");
        var location = tensor.External.GetValueOrDefault("location", "");
        if (!ExternalData.StaysInside(location)) throw Unfit(tensor, $"lies in '{location}', which leaves the folder");
        return new ExternalWeight(tensor.Name, tensor.Type, tensor.Dimensions, location, Number(tensor, "offset") ?? 0, bytes);
    }

    private static long? Bytes(OnnxTensor tensor)
    {
        try
        {
            return tensor.Bytes;
        }
        catch (OverflowException)
        {
            throw Unfit(tensor, "has an impossible shape");
        }
    }

    private static long? Number(OnnxTensor tensor, string key)
    {
        if (!tensor.External.TryGetValue(key, out var text)) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unfit(tensor, $"has the {key} '{text}'");
    }

    private static InvalidDataException Unfit(OnnxTensor tensor, string what) => new($"The weight '{tensor.Name}' {what}.");
}
