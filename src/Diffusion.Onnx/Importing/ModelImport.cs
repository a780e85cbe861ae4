using Microsoft.ML.OnnxRuntime;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// Makes of a checked model folder, once, the folder that is loaded from then on: each graph in 32 bits and
/// optimised as far as any processor of its kind can use it, its weights in one file beside it that can be mapped, everything else copied. The
/// same model gives the same bytes, so that machines can give imported folders to each other.
/// </summary>
public static class ModelImport
{
    /// <summary>A component's weights, beside its graph.</summary>
    public const string WeightsFileName = ImportedGraph.WeightsFile;

    /// <summary>In the names of folders of imports that have not come to their end.</summary>
    public const string UnfinishedSuffix = ".importing";

    private const string Optimization = "extended";
    private const string WideningSuffix = ".widening";

    /// <summary>The folder's name among imported ones: content by source version, and the kind of device.</summary>
    public static string FolderName(string version, OnnxProvider provider) => $"{version}-{provider.Name}";

    /// <summary>Imports what is not imported yet. One import of a target at a time, in all processes.</summary>
    /// <param name="source">The model's folder, checked.</param>
    /// <param name="target">Where the imported folder goes; its parent is made. What lies there and would not do is replaced.</param>
    /// <param name="provider">The kind of device: the CPU.</param>
    /// <param name="version">The version that the source must have; null: any.</param>
    /// <param name="cancellation">Stops between parts. What a killed process had begun is removed by the next import.</param>
    /// <exception cref="InferenceException">It cannot be imported; the message says why.</exception>
    /// <exception cref="IOException">The disk is full, cannot be read, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, by permission.</exception>
    public static async Task<ImportRecord> Run(
        string source, string target, OnnxProvider provider, string? version = null, CancellationToken cancellation = default)
    {
        if (ImportRecord.Read(target) is { } known) return known;
        if (provider.Name != OnnxProvider.CpuName)
            throw new InferenceException($"Models are imported for the provider '{OnnxProvider.CpuName}' only, not for '{provider.Name}'.");
        provider = provider with { ThreadCount = 1 }; // The same bytes on every machine, and little taken from what runs beside it.
        var unfinished = target + UnfinishedSuffix;
        try
        {
            Clear(unfinished);
            Directory.CreateDirectory(unfinished); // First: where nothing can be written, nothing need be read.
            var manifest = await ModelManifest.Read(source, cancellation: cancellation);
            if (version is not null && manifest.Version != version)
                throw new InferenceException($"{source} was changed: it is version {manifest.Version}, not {version}. Register it again.");
            var widened = Write(source, unfinished, provider, cancellation);
            var record = await Record(unfinished, manifest.Digest, provider, widened, cancellation);
            Clear(target);
            SyncedFolder.Publish(unfinished, target);
            return record;
        }
        finally
        {
            Clear(unfinished);
        }
    }

    private static async Task<ImportRecord> Record(
        string folder, string sourceDigest, OnnxProvider provider, IReadOnlyList<string> widened, CancellationToken cancellation)
    {
        var made = await ModelManifest.Read(folder, cancellation: cancellation);
        var record = new ImportRecord(
            ImportRecord.CurrentFormat, sourceDigest, provider.Name, ImportRecord.CurrentRuntime, Optimization, SessionSettings.OutsideBytesMin,
            widened, made.Files);
        record.Write(folder);
        (await ImportTrial.Run(folder, provider, cancellation))?.Write(folder);
        return record;
    }

    /// <returns>The components that computed in 16 bits and now do in 32.</returns>
    private static List<string> Write(string source, string target, OnnxProvider provider, CancellationToken cancellation)
    {
        var components = OnnxModelLoader.Wanted(source, components: null);
        var replaced = components.SelectMany(component => GraphFiles(source, component)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in ModelLayout.FilesOf(source).Where(file => !replaced.Contains(file)))
        {
            cancellation.ThrowIfCancellationRequested();
            var copy = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(source, file), copy);
        }

        var widened = new List<string>();
        foreach (var component in components)
        {
            cancellation.ThrowIfCancellationRequested();
            if (WriteComponent(source, target, component, provider, cancellation)) widened.Add(component);
            ImportedGraph.Read(target, component); // What cannot be loaded is not published.
        }

        return widened;
    }

    /// <returns>Whether it was widened: by way of a folder beside the target, which is there only as long.</returns>
    private static bool WriteComponent(string source, string target, string component, OnnxProvider provider, CancellationToken cancellation)
    {
        var graph = Path.Combine(source, component, OnnxModelLoader.GraphFileName);
        var widening = target + WideningSuffix;
        try
        {
            Clear(widening);
            var wide = WideGraph.Write(graph, Path.Combine(widening, component), cancellation);
            WriteGraph(wide ?? graph, Path.Combine(target, component), provider, cancellation);
            return wide is not null;
        }
        finally
        {
            Clear(widening);
        }
    }

    /// <summary>The graph, and the files of its weights.</summary>
    private static IEnumerable<string> GraphFiles(string folder, string component)
    {
        using var graph = File.OpenRead(Path.Combine(folder, component, OnnxModelLoader.GraphFileName));
        return [$"{component}/{OnnxModelLoader.GraphFileName}", .. ExternalWeights.FilesOf(graph).Select(file => $"{component}/{file}")];
    }

    private static void WriteGraph(string path, string folder, OnnxProvider provider, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        try
        {
            using var options = SessionSettings.Writing(provider, Path.Combine(folder, OnnxModelLoader.GraphFileName), ImportedGraph.WeightsFile);
            using var registration = cancellation.UnsafeRegister(static options => ((SessionOptions)options!).SetLoadCancellationFlag(true), options);
            new InferenceSession(path, options).Dispose();
        }
        catch (Exception exception) when (OnnxErrors.IsRefusal(exception))
        {
            cancellation.ThrowIfCancellationRequested();
            throw OnnxErrors.Refused($"{path} could not be imported", exception);
        }
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
