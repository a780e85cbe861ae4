namespace OrleansDiffusion.Weights;

/// <summary>What a model folder in the Diffusers/Optimum ONNX layout is made of.</summary>
public static class ModelLayout
{
    public const string IndexFile = "model_index.json";

    /// <summary>Optional: the model's own defaults, such as its steps and guidance.</summary>
    public const string DefaultsFile = "generation_config.json";

    public const string GraphFile = "model.onnx";
    public const string ConfigFile = "config.json";
    public const string SchedulerFile = "scheduler/scheduler_config.json";

    private static readonly string[] Folders =
    [
        "scheduler", "tokenizer", "tokenizer_2", "tokenizer_3", "text_encoder", "text_encoder_2", "text_encoder_3",
        "unet", "unet_controlnet", "controlnet", "transformer", "vae_encoder", "vae_decoder", "safety_checker", "feature_extractor",
    ];

    /// <summary>Every component with a graph, in the order in which a picture needs them.</summary>
    public static IReadOnlyList<string> GraphComponents { get; } =
    [
        "text_encoder", "text_encoder_2", "text_encoder_3", "vae_encoder", "controlnet", "unet", "unet_controlnet", "transformer",
        "vae_decoder", "safety_checker",
    ];

    /// <summary>
    /// The files that make the model, relative to its folder, with forward slashes, in ordinal order. What lies
    /// elsewhere (README, licences, pictures, hidden files) is not part of it.
    /// </summary>
    public static IReadOnlyList<string> FilesOf(string folder)
    {
        var files = Folders
            .Select(component => Path.Combine(folder, component))
            .Where(Directory.Exists)
            .SelectMany(component => Directory.EnumerateFiles(component, "*", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(IsPlain);
        var atTheTop = new[] { IndexFile, DefaultsFile }.Where(file => File.Exists(Path.Combine(folder, file)));
        return [.. files.Concat(atTheTop).Order(StringComparer.Ordinal)];
    }

    private static bool IsPlain(string path) =>
        path.Split('/').All(part => !part.StartsWith('.')) && !path.Any(char.IsControl);
}
