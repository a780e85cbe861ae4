using System.Text.Json;
using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Tests.Samplers;

/// <summary>One case of golden/schedulers/*.json.</summary>
public sealed class GoldenSchedule
{
    /// <summary>File name to the class whose configuration the file's cases give.</summary>
    private static readonly Dictionary<string, string> Classes = new()
    {
        ["ddim"] = "DDIMScheduler",
        ["euler"] = "EulerDiscreteScheduler",
        ["euler_ancestral"] = "EulerAncestralDiscreteScheduler",
        ["dpmsolver_multistep"] = "DPMSolverMultistepScheduler",
        ["pndm"] = "PNDMScheduler",
        ["lcm"] = "LCMScheduler",
    };

    private static readonly Lazy<Dictionary<string, GoldenSchedule>> Cases = new(() => Classes.Keys.SelectMany(Read).ToDictionary(schedule => schedule.Key));

    private readonly JsonElement _json;
    private readonly string _className;

    private GoldenSchedule(string file, int index, JsonElement document)
    {
        _json = document.GetProperty("cases")[index];
        _className = Classes[file];
        Key = $"{file}/{_json.GetProperty("name").GetString()}/{Steps}#{index}";
        InitNoise = Floats(document.GetProperty("init_noise"));
        Picture = Floats(document.GetProperty("image_latent"));
    }

    public static IEnumerable<string> Keys => Cases.Value.Keys;

    public string Key { get; }

    public float[] InitNoise { get; }

    public float[] Picture { get; }

    public int Steps => _json.GetProperty("num_inference_steps").GetInt32();

    public bool IsExpectedToFail => !_json.GetProperty("ok").GetBoolean();

    /// <summary>The reference itself ends in NaN or infinity.</summary>
    public bool IsNonFinite => _json.TryGetProperty("note_nonfinite", out var note) && note.ValueKind != JsonValueKind.Null;

    public int FirstStep => _json.TryGetProperty("t_start", out var start) && start.ValueKind == JsonValueKind.Number ? start.GetInt32() : 0;

    public bool IsImageToImage => _json.GetProperty("strength").ValueKind == JsonValueKind.Number;

    public bool HasWholeTimesteps => _json.GetProperty("timesteps_dtype").GetString() == "int64";

    public bool HasZeroTerminalSnr => Resolved.TryGetProperty("rescale_betas_zero_snr", out var flag) && flag.ValueKind == JsonValueKind.True;

    public JsonElement Resolved => _json.GetProperty("config_resolved");

    public IEnumerable<JsonElement> Trajectory => _json.GetProperty("trajectory").EnumerateArray();

    public static GoldenSchedule Get(string key) => Cases.Value[key];

    public double[] Numbers(string property) =>
        _json.TryGetProperty(property, out var array) && array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray().Select(PythonJson.Number)] : [];

    public double Number(string property) => PythonJson.Number(_json.GetProperty(property));

    public IEnumerable<(int Timestep, double Alpha)> Alphas() =>
        _json.GetProperty("alphas_cumprod_at").EnumerateObject().Select(entry => (int.Parse(entry.Name), PythonJson.Number(entry.Value)));

    public ISampler CreateSampler()
    {
        var config = SamplerConfig.From(_json.GetProperty("config_given")).With(new Dictionary<string, object> { ["_class_name"] = _className });
        return OrleansDiffusion.Diffusion.Samplers.Samplers.DefaultFor(config).Create(config, Steps, Options());
    }

    public static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(number => (float)PythonJson.Number(number))];

    private SamplerOptions Options()
    {
        var options = SamplerOptions.Default;
        foreach (var given in _json.GetProperty("step_kwargs").EnumerateObject().Concat(_json.GetProperty("set_timesteps_kwargs").EnumerateObject()))
        {
            var value = PythonJson.Number(given.Value);
            options = given.Name switch
            {
                "eta" => options with { Eta = value },
                "s_churn" => options with { Churn = value },
                "s_tmin" => options with { ChurnSigmaMin = value },
                "s_tmax" => options with { ChurnSigmaMax = value },
                "s_noise" => options with { ChurnNoise = value },
                "strength" => options with { Strength = value },
                _ => throw new NotSupportedException($"{Key} gives {given.Name}, which no sampler here takes."),
            };
        }

        return options;
    }

    private static IEnumerable<GoldenSchedule> Read(string file)
    {
        var document = PythonJson.Parse(File.ReadAllText(GoldenFolder.Path("schedulers", $"{file}.json"))).RootElement;
        return Enumerable.Range(0, document.GetProperty("cases").GetArrayLength()).Select(index => new GoldenSchedule(file, index, document));
    }
}
