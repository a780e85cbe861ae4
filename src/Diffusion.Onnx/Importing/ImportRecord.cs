using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>What an imported folder is and how it was made: its import.json. The same input gives the same record.</summary>
/// <param name="Format">Of the layout and of this record.</param>
/// <param name="SourceDigest">Of the model's manifest; 64 hexadecimal digits.</param>
/// <param name="Provider">For which kind of device: cpu.</param>
/// <param name="Runtime">What wrote the graphs: its fusions may differ from version to version.</param>
/// <param name="Optimization">How far the graphs were optimised.</param>
/// <param name="OutsideBytesMin">Smaller weights lie inside the graphs.</param>
/// <param name="WidenedComponents">Components that computed in 16 bits and now do in 32.</param>
/// <param name="Files">Everything in it but this record and what was measured, with hashes.</param>
public sealed record ImportRecord(
    int Format,
    string SourceDigest,
    string Provider,
    string Runtime,
    string Optimization,
    int OutsideBytesMin,
    IReadOnlyList<string> WidenedComponents,
    IReadOnlyList<ManifestFile> Files)
{
    public const string FileName = "import.json";

    /// <summary>Raised when a folder that was imported before would not do any more.</summary>
    public const int CurrentFormat = 2;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string CurrentRuntime => $"onnxruntime {OrtEnv.Instance().GetVersionString()}";

    /// <summary>The record of a folder; null if it was not imported, or not in a way that this build would.</summary>
    public static ImportRecord? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            var record = JsonSerializer.Deserialize<ImportRecord>(File.ReadAllBytes(path), Json);
            return record is { Format: CurrentFormat } && record.Runtime == CurrentRuntime ? record : null;
        }
        catch (JsonException)
        {
            return null; // Of another time, or broken: it is made anew.
        }
    }

    /// <summary>What is read before a component is loaded: everything but graphs and weights. Of a folder with a record.</summary>
    public static IReadOnlyList<string> SmallFiles(string folder) =>
        [.. (Read(folder)?.Files ?? []).Select(file => file.Path).Where(path => !IsLarge(Path.GetFileName(path)))];

    /// <summary>The folder's name among imported ones, as <see cref="ModelImport.FolderName"/> makes it.</summary>
    public string FolderName() => $"{new string(SourceDigest.AsSpan(0, ModelManifest.ShortVersionDigits))}-{Provider}";

    /// <summary>What others need of the folder: its files, this record, and what was measured where it was made.</summary>
    /// <param name="folder">Where it lies.</param>
    public IReadOnlyList<string> TravellingFiles(string folder)
    {
        string[] measured = File.Exists(Path.Combine(folder, ImportTrial.FileName)) ? [ImportTrial.FileName] : [];
        return [.. Files.Select(file => file.Path).Append(FileName).Concat(measured).Order(StringComparer.Ordinal)];
    }

    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Json));

    private static bool IsLarge(string file) => file is ImportedGraph.WeightsFile or OnnxModelLoader.GraphFileName;
}
