using OrleansDiffusion.Diffusion.Samplers;
using OrleansDiffusion.Diffusion.Tokenizers;

namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>A model on disk, in the layout of Diffusers and Optimum: model_index.json and one folder per component.</summary>
public static class ModelFolder
{
    public const string TextEncoder = "text_encoder", Unet = "unet", VaeDecoder = "vae_decoder", Tokenizer = "tokenizer";

    /// <summary>The file name of every component's graph.</summary>
    public const string Graph = "model.onnx";

    private const string Index = "model_index.json", SchedulerFile = "scheduler/scheduler_config.json";

    /// <summary>Far beyond any real model; a broken file must not ask for gigabytes.</summary>
    private const int LevelsMax = 10, ChannelsMax = 1024, SideMax = 8192, TokensMax = 65_536, VocabularyMax = 10_000_000;

    /// <summary>The graphs that text-to-image cannot do without, in the order in which a job needs them.</summary>
    public static IReadOnlyList<string> RequiredGraphs { get; } = [TextEncoder, Unet, VaeDecoder];

    /// <summary>
    /// Everything that can be known without a runtime. Files that old exports do not write (config.json of a component)
    /// may be absent and then stand for Stable Diffusion 1, the only model those exports existed for.
    /// </summary>
    /// <returns>The configuration, or null with every problem that was found.</returns>
    public static (ModelConfig? Config, IReadOnlyList<ModelProblem> Problems) Read(string folder)
    {
        var problems = new List<ModelProblem>();
        if (!Directory.Exists(folder)) return (null, [new ModelProblem(folder, "There is no such folder.")]);

        CheckFiles(folder, problems);
        var vae = new ComponentReader(folder, $"{VaeDecoder}/config.json", problems);
        var unet = new ComponentReader(folder, $"{Unet}/config.json", problems);
        var text = new ComponentReader(folder, $"{TextEncoder}/config.json", problems);
        var vaeFactor = 1 << (vae.Length("block_out_channels", absent: 4, LevelsMax) - 1);
        var config = new ModelConfig
        {
            Folder = folder,
            PipelineClass = ReadClass(folder, problems),
            VaeFactor = vaeFactor,
            LatentChannels = vae.Whole("latent_channels", absent: 4, ChannelsMax),
            LatentScale = vae.Number("scaling_factor", absent: 0.18215f),
            LatentShift = vae.Number("shift_factor", absent: 0),
            SizeMultiple = vaeFactor << (unet.Length("block_out_channels", absent: 4, LevelsMax) - 1),
            DefaultSize = vaeFactor * unet.Side("sample_size", absent: 64, SideMax),
            GuidanceEmbeddingLength = unet.MaybeWhole("time_cond_proj_dim", SideMax),
            TextPositionsMax = text.MaybeWhole("max_position_embeddings", TokensMax),
            Scheduler = ReadScheduler(folder, problems),
        };
        if (config.LatentScale == 0) problems.Add(new ModelProblem($"{VaeDecoder}/config.json: scaling_factor", "Must not be 0."));
        CheckTokenizer(config, text.Whole("vocab_size", absent: VocabularyMax, VocabularyMax), problems);
        return (problems.Count == 0 ? config : null, problems);
    }

    private static void CheckFiles(string folder, List<ModelProblem> problems)
    {
        string[] files =
        [
            Index, SchedulerFile, $"{Tokenizer}/vocab.json", $"{Tokenizer}/merges.txt",
            .. RequiredGraphs.Select(component => $"{component}/{Graph}"),
        ];
        foreach (var file in files.Where(file => !File.Exists(Path.Combine(folder, file))))
        {
            problems.Add(new ModelProblem(file, "The file is missing."));
        }
    }

    /// <summary>Exports put ORT or Onnx before the name and the task behind it.</summary>
    private static string ReadClass(string folder, List<ModelProblem> problems)
    {
        var name = new ComponentReader(folder, Index, problems).Text("_class_name") ?? "";
        var served = name.Contains("StableDiffusionPipeline", StringComparison.Ordinal)
            || name.Contains("StableDiffusionImg2ImgPipeline", StringComparison.Ordinal)
            || name.Contains("LatentConsistencyModel", StringComparison.Ordinal);
        var there = File.Exists(Path.Combine(folder, Index));
        if (there && !served) problems.Add(new ModelProblem($"{Index}: _class_name", $"Pipelines of the class '{name}' cannot be served."));
        return name;
    }

    private static SamplerConfig ReadScheduler(string folder, List<ModelProblem> problems)
    {
        var path = Path.Combine(folder, SchedulerFile);
        if (!File.Exists(path)) return SamplerConfig.Empty;
        try
        {
            var config = SamplerConfig.Parse(File.ReadAllText(path));
            Samplers.Samplers.DefaultFor(config).Create(config, steps: 4);
            return config;
        }
        catch (Exception error) when (error is SamplerException or IOException or UnauthorizedAccessException)
        {
            problems.Add(new ModelProblem(SchedulerFile, error.Message));
            return SamplerConfig.Empty;
        }
    }

    private static void CheckTokenizer(ModelConfig config, int vocabularyCount, List<ModelProblem> problems)
    {
        if (problems.Any(problem => problem.Where.StartsWith(Tokenizer, StringComparison.Ordinal))) return;
        try
        {
            var largest = ClipTokenizer.Load(config.TokenizerFolder, config.TextPositionsMax).LargestId;
            if (largest >= vocabularyCount)
            {
                problems.Add(new ModelProblem(
                    $"{Tokenizer}/vocab.json",
                    $"Id {largest} is beyond the text encoder's vocabulary of {vocabularyCount}: it belongs to another model."));
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problems.Add(new ModelProblem(Tokenizer, error.Message));
        }
    }
}
