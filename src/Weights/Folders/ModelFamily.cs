namespace OrleansDiffusion.Weights;

/// <summary>A kind of pipeline: what it is called and which components it cannot do without.</summary>
/// <param name="Name">sd, lcm, sdxl, sd3, flux.</param>
/// <param name="Graphs">Components with a graph.</param>
/// <param name="Tokenizers">Each with the text encoder that it feeds.</param>
public sealed record ModelFamily(string Name, IReadOnlyList<string> Graphs, IReadOnlyList<TokenizerRole> Tokenizers)
{
    private static readonly TokenizerRole First = new("tokenizer", "text_encoder");
    private static readonly TokenizerRole Second = new("tokenizer_2", "text_encoder_2");
    private static readonly TokenizerRole Third = new("tokenizer_3", "text_encoder_3");

    private static readonly ModelFamily StableDiffusion = new("sd", ["text_encoder", "unet", "vae_decoder"], [First]);
    private static readonly ModelFamily LatentConsistency = StableDiffusion with { Name = "lcm" };
    private static readonly ModelFamily StableDiffusionXl = new("sdxl", ["text_encoder", "text_encoder_2", "unet", "vae_decoder"], [First, Second]);

    // The third encoder of SD3 (T5) is as large as the rest together, and the model works without it.
    private static readonly ModelFamily StableDiffusion3 = new(
        "sd3", ["text_encoder", "text_encoder_2", "transformer", "vae_decoder"], [First, Second, Third]);

    private static readonly ModelFamily Flux = new("flux", ["text_encoder", "text_encoder_2", "transformer", "vae_decoder"], [First, Second]);

    /// <summary>By the stem of the class: what comes before Pipeline, Img2ImgPipeline, InpaintPipeline and so on. Longer stems first.</summary>
    private static readonly (string Stem, ModelFamily Family)[] Stems =
    [
        ("StableDiffusionXL", StableDiffusionXl),
        ("StableDiffusion3", StableDiffusion3),
        ("LatentConsistencyModel", LatentConsistency),
        ("StableDiffusion", StableDiffusion),
        ("Flux", Flux),
    ];

    private static readonly string[] Prefixes = ["ORT", "Onnx"];
    private static readonly string[] Tasks = ["Pipeline", "Img2ImgPipeline", "InpaintPipeline", "ControlNetPipeline"];

    /// <summary>The family of a `_class_name`, or null. Exports put ORT or Onnx before the name.</summary>
    public static ModelFamily? Find(string pipelineClass)
    {
        var prefix = Prefixes.FirstOrDefault(prefix => pipelineClass.StartsWith(prefix, StringComparison.Ordinal)) ?? "";
        var name = pipelineClass[prefix.Length..];
        return Stems.FirstOrDefault(entry => Tasks.Any(task => name == entry.Stem + task)).Family;
    }
}

/// <summary>A tokenizer's folder and the component whose vocabulary it must match.</summary>
public sealed record TokenizerRole(string Tokenizer, string Encoder);
