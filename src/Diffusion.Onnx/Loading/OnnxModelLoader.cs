namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>A component has been loaded.</summary>
/// <param name="Component">text_encoder, unet...</param>
/// <param name="ComponentBytes">Bytes of its files.</param>
/// <param name="LoadedBytes">Of all components so far, this one included.</param>
/// <param name="TotalBytes">Of all components that are being loaded.</param>
public sealed record LoadProgress(string Component, long ComponentBytes, long LoadedBytes, long TotalBytes);

/// <summary>Loads a folder in the Diffusers/Optimum ONNX layout: one subfolder per component, each with a model.onnx.</summary>
public static class OnnxModelLoader
{
    public const string GraphFileName = "model.onnx";

    /// <summary>Every component that pipelines know, in the order in which a picture needs them.</summary>
    public static IReadOnlyList<string> KnownComponents { get; } =
    [
        "text_encoder", "text_encoder_2", "text_encoder_3", "vae_encoder", "controlnet", "unet", "unet_controlnet", "transformer", "vae_decoder",
    ];

    /// <summary>The known components that a folder holds, in the order in which a picture needs them.</summary>
    public static IReadOnlyList<string> ComponentsOf(string folder) =>
        [.. KnownComponents.Where(component => File.Exists(GraphPath(folder, component)))];

    /// <summary>Loads components one after the other, first the one that is needed first.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="provider">Where the sessions run.</param>
    /// <param name="components">Which to load; null: all known ones in the folder. A component asked for must be there.</param>
    /// <param name="progress">Told after each component, on the calling thread.</param>
    /// <param name="cancellation">Stops between and inside components; nothing stays loaded.</param>
    /// <exception cref="InferenceException">A file is missing or refused; the message names it and the reason. Nothing stays loaded.</exception>
    public static OnnxModel Load(
        string folder,
        OnnxProvider provider,
        IReadOnlyCollection<string>? components = null,
        Action<LoadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        var wanted = Wanted(folder, components);
        var sizes = wanted.ToDictionary(component => component, component => FileBytes(folder, component));
        var sessions = new Dictionary<string, OnnxModelSession>();
        try
        {
            var loadedBytes = 0L;
            foreach (var component in wanted)
            {
                sessions[component] = LoadComponent(folder, component, provider, cancellation);
                loadedBytes += sizes[component];
                progress?.Invoke(new LoadProgress(component, sizes[component], loadedBytes, sizes.Values.Sum()));
            }

            return new OnnxModel(folder, provider, sessions);
        }
        catch
        {
            foreach (var session in sessions.Values) session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// On the CPU in 32 bits, as an import makes it: else a model that is not imported yet would draw other pictures. The wide
    /// graph is in the way of temporary files as long as the session is being made; what it mapped stays readable.
    /// </summary>
    private static OnnxModelSession LoadComponent(string folder, string component, OnnxProvider provider, CancellationToken cancellation)
    {
        var path = GraphPath(folder, component);
        if (provider.Name != OnnxProvider.CpuName || !File.Exists(path)) return OnnxModelSession.Load(path, provider, cancellation);
        var temporary = Directory.CreateTempSubdirectory("orleans-diffusion-");
        try
        {
            return OnnxModelSession.Load(WideGraph.Write(path, Path.Combine(temporary.FullName, component), cancellation) ?? path, provider, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(
                $"{path} computes in 16 bits and could not be widened for the CPU in {temporary.FullName}: {exception.Message}", exception);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    /// <summary>In the order in which a picture needs them; all known ones in the folder when none is named.</summary>
    /// <exception cref="InferenceException">None is named and the folder holds none.</exception>
    internal static IReadOnlyList<string> Wanted(string folder, IReadOnlyCollection<string>? components)
    {
        var wanted = components is null ? ComponentsOf(folder) : InOrder(components);
        return wanted.Count > 0
            ? wanted
            : throw new InferenceException($"{folder} holds no model: none of {string.Join(", ", KnownComponents)} has a {GraphFileName}.");
    }

    private static IReadOnlyList<string> InOrder(IReadOnlyCollection<string> components) =>
        [.. KnownComponents.Where(components.Contains), .. components.Except(KnownComponents)];

    private static string GraphPath(string folder, string component) => Path.Combine(folder, component, GraphFileName);

    /// <summary>Of the file itself where the path is a link, as caches of downloaded models have them.</summary>
    private static long Length(string path)
    {
        using var handle = File.OpenHandle(path);
        return RandomAccess.GetLength(handle);
    }

    /// <summary>The graph and its external data, which lies beside it.</summary>
    private static long FileBytes(string folder, string component)
    {
        var directory = Path.Combine(folder, component);
        return Directory.Exists(directory) ? Directory.EnumerateFiles(directory).Sum(Length) : 0;
    }
}
