using System.Globalization;
using System.Text.Json;
using OrleansDiffusion.Diffusion.Pipelines;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// The dry run of an import: it is loaded and draws one step of one picture of the model's own size. An imported folder
/// that does not draw is not kept.
/// </summary>
/// <param name="PeakBytes">How far loading and drawing drove up the process's peak of resident memory, mapped weights included.</param>
/// <param name="Meaning">What <paramref name="PeakBytes"/> measures, for whoever reads the file.</param>
public sealed record ImportTrial(long PeakBytes, string Meaning)
{
    /// <summary>Beside the record, not in it: no two runs measure the same.</summary>
    public const string FileName = "import-memory.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>
    /// Memory that a replica of an imported folder was seen to need, and never less than its weights; null where it was not
    /// measured.
    /// </summary>
    public static long? NeedOf(string folder)
    {
        if (Read(folder) is not { } trial || ImportRecord.Read(folder) is not { } record) return null;
        var loaded = record.Files.Where(file => ModelFolder.RequiredGraphs.Any(component => file.Path == $"{component}/{ModelImport.WeightsFileName}"));
        return Math.Max(trial.PeakBytes, loaded.Sum(file => file.Bytes));
    }

    /// <summary>Null where the folder is no model that pictures are made with here, or the system does not tell its memory.</summary>
    /// <exception cref="InferenceException">It loads or draws no more.</exception>
    internal static async Task<ImportTrial?> Run(string folder, OnnxProvider provider, CancellationToken cancellation)
    {
        if (ModelFolder.Read(folder).Config is not { } config) return null;
        using var lane = new DeviceThread("import");
        var before = PeakMemory.Restart();
        using var model = await ImportedModelLoader.Load(
            folder, provider with { Tuning = GraphTuning.Portable }, lane, components: ModelFolder.RequiredGraphs, cancellation: cancellation);
        using var pipeline = TextToImage.Compose(config, model.Sessions, batchMax: 1);
        await lane.Run(token => Draw(pipeline, token), cancellation);
        if (before is null || PeakMemory.Read() is not { } peak) return null;
        return new ImportTrial(
            Math.Max(0, peak - before.Value),
            "growth of the process's peak resident set (VmHWM) over loading as imported and one step of one guided picture of "
            + string.Create(CultureInfo.InvariantCulture, $"{config.DefaultSize}x{config.DefaultSize}; mapped weights count, ")
            + "and so does what else ran in the process");
    }

    internal static ImportTrial? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<ImportTrial>(File.ReadAllBytes(path), Json);
        }
        catch (JsonException)
        {
            return null; // Of another time, or broken: the estimate counts.
        }
    }

    internal void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Json));

    private static RgbImage Draw(TextToImage pipeline, CancellationToken cancellation)
    {
        var size = pipeline.Model.DefaultSize;
        var sample = pipeline.Begin(new SampleSpec { Prompt = "warm-up", Width = size, Height = size, Steps = 2, Guidance = 4, Seed = 0 });
        pipeline.Encode(sample, cancellation);
        pipeline.Step([sample], cancellation);
        return pipeline.Decode(sample, cancellation);
    }
}
