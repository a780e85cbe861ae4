namespace OrleansDiffusion.Weights;

/// <summary>
/// Weights in files beside the graph (onnx/onnx, docs/ExternalData.md). A location is relative to the graph and must stay
/// in its folder: a model from elsewhere must not make us read other files.
/// </summary>
internal static class ExternalData
{
    public static void Check(string component, OnnxGraph graph, FolderFindings findings)
    {
        var external = graph.Tensors.Where(tensor => tensor.IsExternal);
        foreach (var file in external.GroupBy(tensor => tensor.External.GetValueOrDefault("location", "")))
        {
            CheckFile(component, file.Key, [.. file], findings);
        }
    }

    private static void CheckFile(string component, string location, IReadOnlyList<OnnxTensor> tensors, FolderFindings findings)
    {
        var graphFile = $"{component}/{ModelLayout.GraphFile}";
        if (!StaysInside(location))
        {
            findings.Problem(graphFile, $"{tensors.Count} weights lie in '{location}', which leaves the folder.");
            return;
        }

        var file = $"{component}/{location}";
        if (!findings.Has(file))
        {
            findings.Problem(file, $"The file is missing; it holds {tensors.Count} weights of {graphFile}.");
            return;
        }

        using var handle = File.OpenHandle(findings.Path(file));
        var fileBytes = RandomAccess.GetLength(handle);
        var reached = tensors.Select(End).ToList();
        if (reached.Any(end => end is null)) findings.Problem(graphFile, $"The places of its weights in '{location}' cannot be read.");
        else if (reached.Max() > fileBytes) findings.Problem(file, $"The file is cut short: it has {fileBytes} bytes and needs {reached.Max()}.");
        CheckLengths(graphFile, tensors, findings);
    }

    private static void CheckLengths(string graphFile, IReadOnlyList<OnnxTensor> tensors, FolderFindings findings)
    {
        var wrong = tensors.FirstOrDefault(
            tensor => Number(tensor, "length", absent: -1) is >= 0 and var length && tensor.Bytes is { } bytes && length != bytes);
        if (wrong is null) return;
        findings.Problem(
            graphFile, $"'{wrong.Name}' has {wrong.External["length"]} bytes of external data and its shape needs {wrong.Bytes}.");
    }

    /// <summary>Where a tensor's numbers end in their file; null if that cannot be known.</summary>
    private static long? End(OnnxTensor tensor)
    {
        var offset = Number(tensor, "offset", absent: 0);
        var length = tensor.External.ContainsKey("length") ? Number(tensor, "length", absent: 0) : tensor.Bytes;
        return offset is >= 0 && length is >= 0 && offset <= long.MaxValue - length ? offset + length : null;
    }

    private static long? Number(OnnxTensor tensor, string key, long absent)
    {
        if (!tensor.External.TryGetValue(key, out var text)) return absent;
        return long.TryParse(text, out var number) ? number : null;
    }

    public static bool StaysInside(string location) =>
        location.Length > 0
        && !Path.IsPathRooted(location)
        && !location.Contains('\\')
        && !location.Contains(':')
        && location.Split('/').All(part => part is not ("" or "." or ".."));
}
