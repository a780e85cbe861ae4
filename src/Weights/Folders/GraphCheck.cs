namespace OrleansDiffusion.Weights;

/// <summary>Is a component's graph whole, and are all its weights where it says?</summary>
internal static class GraphCheck
{
    /// <returns>Null if the file is absent or could not be read; then there is a problem.</returns>
    public static ComponentWeights? Read(string component, FolderFindings findings)
    {
        var file = $"{component}/{ModelLayout.GraphFile}";
        if (!findings.Has(file))
        {
            findings.Problem(file, "The file is missing.");
            return null;
        }

        try
        {
            using var stream = File.OpenRead(findings.Path(file));
            var graph = OnnxReader.Read(stream);
            if (stream.Length == 0) findings.Problem(file, "The file is empty.");
            else if (!IsComplete(graph)) findings.Problem(file, "It is no ONNX model, or its end is missing.");
            CheckInside(file, graph, findings);
            ExternalData.Check(component, graph, findings);
            return Weigh(component, graph);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            findings.Problem(file, exception.Message);
        }
        catch (OverflowException)
        {
            findings.Problem(file, "It declares weights with an impossible shape.");
        }

        return null;
    }

    private static bool IsComplete(OnnxGraph graph) => graph is { HasGraph: true, HasOpset: true, NodeCount: > 0 };

    private static void CheckInside(string file, OnnxGraph graph, FolderFindings findings)
    {
        var inside = graph.Tensors.Where(tensor => !tensor.IsExternal);
        var wrong = inside.Where(tensor => tensor.RawBytes is { } raw && tensor.Bytes is { } bytes && raw != bytes).ToList();
        if (wrong.Count == 0) return;
        var first = wrong[0];
        findings.Problem(
            file, $"{wrong.Count} weights have the wrong length; '{first.Name}' has {first.RawBytes} bytes and its shape needs {first.Bytes}.");
    }

    private static ComponentWeights Weigh(string component, OnnxGraph graph) => new(
        component,
        graph.Tensors.Sum(tensor => tensor.Bytes ?? 0),
        graph.Tensors.Sum(tensor => (tensor.Bytes ?? 0) * (OnnxTypes.IsHalf(tensor.Type) ? 2 : 1)),
        graph.BorderTypes.Any(OnnxTypes.IsHalf));
}
