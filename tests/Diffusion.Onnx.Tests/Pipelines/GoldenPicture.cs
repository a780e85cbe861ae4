using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Pipelines;

/// <summary>One text-to-image run of the reference: every tensor on the way, and the picture.</summary>
internal sealed class GoldenPicture
{
    /// <summary>Schedulers that the library reproduces; runs of others are not for it.</summary>
    private static readonly string[] Schedulers =
    [
        "DDIMScheduler", "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler", "DPMSolverMultistepScheduler", "LCMScheduler", "PNDMScheduler",
    ];

    private readonly JsonElement _json;
    private readonly byte[] _numbers;
    private readonly string _folder;

    private GoldenPicture(string model, string name)
    {
        _folder = Path.Combine(GoldenFolder.Pipeline(model), "golden");
        _json = PythonJson.Parse(File.ReadAllText(Path.Combine(_folder, $"{name}.json"))).RootElement;
        _numbers = File.ReadAllBytes(Path.Combine(_folder, _json.GetProperty("bin").GetString()!));
        ModelPath = Path.Combine(GoldenFolder.Pipeline(model), "model");
    }

    public string ModelPath { get; }

    public SamplerConfig Scheduler => SamplerConfig.From(_json.GetProperty("scheduler"));

    public int PictureCount => _json.TryGetProperty("num_images_per_prompt", out var count) ? count.GetInt32() : 1;

    public double[] Timesteps => [.. _json.GetProperty("loop_timesteps").EnumerateArray().Select(timestep => timestep.GetDouble())];

    public int[]? PromptIds => Ids("input_ids");

    public int[]? NegativePromptIds => Ids("negative_input_ids");

    public SampleSpec Spec => new()
    {
        Prompt = _json.GetProperty("prompt").GetString()!,
        NegativePrompt = _json.GetProperty("negative_prompt").GetString() ?? "",
        Width = _json.GetProperty("width").GetInt32(),
        Height = _json.GetProperty("height").GetInt32(),
        Steps = _json.GetProperty("num_inference_steps").GetInt32(),
        Guidance = _json.GetProperty("guidance_scale").GetDouble(),
        GuidanceRescale = Optional("guidance_rescale"),
        Eta = Optional("eta"),
        Seed = _json.GetProperty("seed").GetInt64(),
    };

    /// <summary>Every run in the golden folder that a text-to-image model here can serve, as model and name.</summary>
    public static IEnumerable<(string Model, string Name)> All() =>
        from folder in Directory.EnumerateDirectories(Path.Combine(GoldenFolder.Path, "pipelines")).Order()
        where ModelFolder.Read(Path.Combine(folder, "model")).Config is not null
        from file in Directory.EnumerateFiles(Path.Combine(folder, "golden"), "txt2img_*.json").Order()
        let model = Path.GetFileName(folder)
        let name = Path.GetFileNameWithoutExtension(file)
        where Schedulers.Contains(Read(model, name).Scheduler.ClassName)
        select (model, name);

    public static GoldenPicture Read(string model, string name) => new(model, name);

    public bool Has(string tensor) => _json.GetProperty("tensors").TryGetProperty(tensor, out _);

    public float[] Tensor(string name)
    {
        var tensor = _json.GetProperty("tensors").GetProperty(name);
        var count = tensor.GetProperty("shape").EnumerateArray().Aggregate(1, (product, axis) => product * axis.GetInt32());
        return MemoryMarshal.Cast<byte, float>(_numbers.AsSpan(tensor.GetProperty("offset").GetInt32(), count * sizeof(float))).ToArray();
    }

    /// <summary>One picture's share of a tensor whose first axis is the batch.</summary>
    public float[] Tensor(string name, int picture)
    {
        var batch = Tensor(name);
        var length = batch.Length / PictureCount;
        return batch[(picture * length)..((picture + 1) * length)];
    }

    /// <summary>float[H*W*3] in 0..1.</summary>
    public float[] Picture(int picture) => Tensor(PictureCount == 1 ? "image" : $"image_{picture}");

    public RgbImage Png(int picture) => PngFile.Read(Path.Combine(
        _folder, _json.GetProperty("png").GetProperty(PictureCount == 1 ? "image" : $"image_{picture}").GetProperty("file").GetString()!));

    private int[]? Ids(string name) => _json.TryGetProperty(name, out var ids) ? [.. ids.EnumerateArray().Select(id => id.GetInt32())] : null;

    private double Optional(string name) => _json.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : 0;
}
