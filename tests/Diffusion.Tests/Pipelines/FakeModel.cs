using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Tests.Samplers;
using OrleansDiffusion.Diffusion.Tests.Tokenizers;

namespace OrleansDiffusion.Diffusion.Tests.Pipelines;

/// <summary>A model of three functions: VAE factor 2, 4 latent channels, sides in multiples of 4, prompts of 6 tokens, text width 3.</summary>
internal sealed class FakeModel
{
    public const int TextWidth = 3;

    public static readonly SampleSpec Spec = new() { Prompt = "a b", NegativePrompt = "c", Width = 16, Height = 8, Steps = 6, Guidance = 3, Seed = 1 };

    private readonly float[] _timesteps = new float[64];

    /// <summary>What each run of the denoiser was given: rows, then the timestep of each row.</summary>
    public List<(int Rows, float[] Timesteps)> Runs { get; } = [];

    /// <summary>Called by the denoiser for one row, with the row's latent and first text number; gives what is added to the answer.</summary>
    public Func<int, float> Disturb { get; set; } = _ => 0;

    /// <summary>Whether runs are noted in <see cref="Runs"/>, which allocates.</summary>
    public bool Notes { get; set; } = true;

    public required FakeSession TextEncoder { get; init; }

    public required FakeSession Unet { get; init; }

    public required FakeSession VaeDecoder { get; init; }

    public required TextToImage Pipeline { get; init; }

    /// <param name="timestep">The graph's timestep input; one per row by default.</param>
    /// <param name="numbers">Type of latents, embeddings and pictures.</param>
    /// <param name="ids">Type of tokens.</param>
    /// <param name="guidanceLength">Length of timestep_cond, or null for none.</param>
    /// <param name="batchMax">Samples per run.</param>
    public static FakeModel Create(
        TensorSpec? timestep = null, TensorType numbers = TensorType.Float32, TensorType ids = TensorType.Int64, int? guidanceLength = null, int batchMax = 8)
    {
        timestep ??= new TensorSpec("timestep", TensorType.Float32, [-1]);
        FakeModel? model = null;
        var states = new TensorSpec("last_hidden_state", numbers, [-1, -1, TextWidth]);
        var text = new FakeSession([new("input_ids", ids, [-1, -1])], [states, new("pooler_output", numbers, [-1, TextWidth])])
        {
            Compute = EncodeText,
            OutputShape = inputs => [.. inputs["input_ids"].Shape, TextWidth],
        };
        TensorSpec[] inputs = [new("sample", numbers, [-1, 4, -1, -1]), timestep, new("encoder_hidden_states", numbers, [-1, -1, TextWidth])];
        if (guidanceLength is { } length) inputs = [.. inputs, new TensorSpec("timestep_cond", numbers, [-1, length])];
        var unet = new FakeSession(inputs, [new("out_sample", numbers, [-1, 4, -1, -1])]) { Compute = (given, made) => model!.Denoise(given, made) };
        var decoder = new FakeSession([new("latent_sample", numbers, [-1, 4, -1, -1])], [new("sample", numbers, [-1, 3, -1, -1])]) { Compute = DecodeLatent };

        var tokenizer = TokenizerFolder.Load(
            """{"a</w>":0,"b</w>":1,"c</w>":2,"<start>":3,"<end>":4}""", "", new { model_max_length = 6 }, new { bos_token = "<start>", eos_token = "<end>" });
        var config = Config(guidanceLength);
        return model = new FakeModel
        {
            TextEncoder = text,
            Unet = unet,
            VaeDecoder = decoder,
            Pipeline = new TextToImage(config, new PromptEncoder(tokenizer, text), new Denoiser(unet), new LatentDecoder(decoder, config), batchMax),
        };
    }

    public static ModelConfig Config(int? guidanceLength = null) => new()
    {
        Folder = "",
        PipelineClass = "StableDiffusionPipeline",
        VaeFactor = 2,
        LatentChannels = 4,
        LatentScale = 0.5f,
        LatentShift = 0,
        SizeMultiple = 4,
        DefaultSize = 16,
        GuidanceEmbeddingLength = guidanceLength,
        TextPositionsMax = 6,
        Scheduler = TestConfigs.StableDiffusion,
    };

    public Sample Begin(SampleSpec spec)
    {
        var sample = Pipeline.Begin(spec);
        Pipeline.Encode(sample);
        return sample;
    }

    private static void EncodeText(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs)
    {
        foreach (var output in outputs.Values)
        {
            for (var index = 0; index < output.Length; index++)
            {
                var id = Convert.ToSingle(inputs["input_ids"].Data.GetValue(index / TextWidth), System.Globalization.CultureInfo.InvariantCulture);
                Set(output, index, 0.1f * id + 0.01f * index);
            }
        }
    }

    /// <summary>Each row depends on its own latent, timestep and text alone.</summary>
    private void Denoise(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs)
    {
        var (sample, timestep, text, answer) = (inputs["sample"], inputs["timestep"], inputs["encoder_hidden_states"], outputs["out_sample"]);
        var rows = sample.Shape[0];
        for (var row = 0; row < rows; row++) _timesteps[row] = Get(timestep, timestep.Length == 1 ? 0 : row);
        if (Notes) Runs.Add((rows, _timesteps[..rows]));

        var (length, textLength) = (sample.Length / rows, text.Length / rows);
        for (var row = 0; row < rows; row++)
        {
            var bias = MathF.Sin(_timesteps[row] / 100) + Get(text, row * textLength + textLength - 1) + Disturb(row);
            if (inputs.TryGetValue("timestep_cond", out var guidance)) bias += Get(guidance, row * guidance.Shape[1]);
            for (var index = row * length; index < (row + 1) * length; index++) Set(answer, index, 0.9f * Get(sample, index) + 0.1f * bias);
        }
    }

    /// <summary>Every latent position becomes 2 x 2 pixels: red is the first channel, green minus the second, blue constant.</summary>
    private static void DecodeLatent(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs)
    {
        var (latent, picture) = (inputs["latent_sample"], outputs["sample"]);
        var (height, width) = (latent.Shape[2], latent.Shape[3]);
        for (var y = 0; y < 2 * height; y++)
        {
            for (var x = 0; x < 2 * width; x++)
            {
                var (at, pixel, plane) = (y / 2 * width + x / 2, y * 2 * width + x, 4 * height * width);
                Set(picture, pixel, Get(latent, at) / 10);
                Set(picture, plane + pixel, -Get(latent, height * width + at) / 10);
                Set(picture, 2 * plane + pixel, 0.5f);
            }
        }
    }

    private static float Get(Tensor tensor, int index) => tensor.Type switch
    {
        TensorType.Float32 => tensor.As<float>()[index],
        TensorType.Float16 => (float)tensor.As<Half>()[index],
        TensorType.Float64 => (float)tensor.As<double>()[index],
        TensorType.Int64 => tensor.As<long>()[index],
        _ => tensor.As<int>()[index],
    };

    private static void Set(Tensor tensor, int index, float number)
    {
        if (tensor.Type == TensorType.Float32) tensor.As<float>()[index] = number;
        else if (tensor.Type == TensorType.Float16) tensor.As<Half>()[index] = (Half)number;
        else tensor.As<double>()[index] = number;
    }
}
