namespace OrleansDiffusion.Weights;

/// <summary>A file that a model may have.</summary>
/// <param name="Path">Within the model's folder, made of names that this program knows, or that were checked.</param>
/// <param name="IsNeeded">Whether the model is none without it.</param>
/// <param name="BytesMax">A longer one is refused before it is read.</param>
internal sealed record WantedFile(string Path, bool IsNeeded, long BytesMax);

/// <summary>
/// Which files a model is made of where nothing lists them: from model_index.json to components, from their graphs to the
/// files with weights. Names that the model brings lead only to places that the layout knows, and never out of a folder.
/// </summary>
internal static class WantedFiles
{
    /// <summary>As many as a manifest of chunks may have.</summary>
    public const int CountMax = 10_000;

    private const long IndexBytesMax = 1 << 20;
    private const long TextBytesMax = 100 << 20;

    /// <summary>What protobuf, and so a graph, can have at most.</summary>
    private const long GraphBytesMax = int.MaxValue;

    private static readonly string[] TokenizerFiles =
    [
        "vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json", "tokenizer.json", "added_tokens.json", "spiece.model",
    ];

    /// <summary>A model_index.json may leave it out and the folder have it all the same: it makes pictures from pictures.</summary>
    private const string Encoder = "vae_encoder";

    public static WantedFile Index { get; } = new(ModelLayout.IndexFile, IsNeeded: true, IndexBytesMax);

    /// <summary>All small files. What is wrong with their absence is for the check of the folder to say, all at once.</summary>
    public static IReadOnlyList<WantedFile> Outline(JsonFile index)
    {
        var family = FamilyOf(index);
        var tokenizers = (family?.Tokenizers ?? []).Select(role => role.Tokenizer).Where(folder => !index.IsLeftOut(folder));
        string[] paths =
        [
            ModelLayout.DefaultsFile,
            ModelLayout.SchedulerFile,
            .. tokenizers.SelectMany(folder => TokenizerFiles.Select(file => $"{folder}/{file}")),
            .. Components(index).Select(component => $"{component}/{ModelLayout.ConfigFile}"),
            .. IsListed(index, "feature_extractor") ? ["feature_extractor/preprocessor_config.json"] : Array.Empty<string>(),
        ];
        return [.. paths.Select(path => new WantedFile(path, IsNeeded: false, TextBytesMax))];
    }

    public static IReadOnlyList<WantedFile> Graphs(JsonFile index)
    {
        var needed = FamilyOf(index)?.Graphs ?? [];
        return [.. Components(index).Select(name => new WantedFile($"{name}/{ModelLayout.GraphFile}", needed.Contains(name), GraphBytesMax))];
    }

    /// <summary>The files beside a graph that hold its weights.</summary>
    /// <param name="graphPath">Within the model: unet/model.onnx.</param>
    /// <param name="graph">Its bytes.</param>
    /// <exception cref="InvalidDataException">It is no graph, or names a place that leaves its folder.</exception>
    public static IReadOnlyList<WantedFile> Weights(string graphPath, Stream graph)
    {
        var component = graphPath.Split('/')[0];
        var locations = ExternalWeights.FilesOf(graph);
        if (locations.FirstOrDefault(location => !IsPlain(location)) is { } odd)
            throw new InvalidDataException($"Weights lie in '{odd}', which leaves the folder.");
        return [.. locations.Select(location => new WantedFile($"{component}/{location}", IsNeeded: true, long.MaxValue))];
    }

    private static ModelFamily? FamilyOf(JsonFile index) => index.Text("_class_name") is { } name ? ModelFamily.Find(name) : null;

    private static IEnumerable<string> Components(JsonFile index)
    {
        var needed = FamilyOf(index)?.Graphs ?? [];
        return ModelLayout.GraphComponents.Where(component =>
            !index.IsLeftOut(component) && (needed.Contains(component) || component == Encoder || IsListed(index, component)));
    }

    private static bool IsListed(JsonFile index, string component) => index.Has(component) && !index.IsLeftOut(component);

    private static bool IsPlain(string location) =>
        ExternalData.StaysInside(location) && !location.Any(char.IsControl) && !location.Split('/').Any(part => part.StartsWith('.'));
}
