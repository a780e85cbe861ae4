using OrleansDiffusion.Api.Requests;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.OpenAi;

/// <summary>Reads OpenAI's fields, and the extensions that other servers of this dialect share.</summary>
internal static class ImageForm
{
    private const int CountMax = 10;
    private const int PartialImageCountMax = 3;
    private const int BestCompressionPercent = 100;

    public static ImageRequest Read(JsonForm form)
    {
        var steps = form.NameUsed("steps", "num_inference_steps");
        var guidance = form.NameUsed("guidance", "guidance_scale");
        var (width, height) = Size(form);
        var isStream = form.Flag("stream") ?? false;
        var partialImageCount = Within(form, "partial_images", 0, PartialImageCountMax) ?? 0;
        var format = form.Choice("output_format", "png", "jpeg", "webp");
        var quality = form.Choice("quality", "auto", "low", "medium", "high", "standard", "hd");
        var reply = form.Choice("response_format", "url", "b64_json");
        CheckIgnored(form);
        var generation = new GenerationRequest
        {
            Model = form.Text("model"),
            Prompt = form.Text("prompt"),
            NegativePrompt = form.Text("negative_prompt"),
            Width = width,
            Height = height,
            Steps = form.Integer(steps),
            Guidance = form.Number(guidance),
            Seed = form.LongInteger("seed"),
            Count = Within(form, "n", 1, CountMax),
            Sampler = form.Text("sampler"),
            Format = format,
            QualityPercent = Compression(form, format),
            PreviewCount = isStream ? partialImageCount : 0,
        };
        return new ImageRequest(
            generation,
            WantsUrl: reply != "b64_json",
            WantsBase64: reply != "url",
            isStream,
            partialImageCount,
            quality is "low" or "medium" or "high" ? quality : null,
            problem => OpenAiNames.Of(problem, steps, guidance));
    }

    /// <summary>What has no meaning for our models is accepted where its value is one of OpenAI's.</summary>
    private static void CheckIgnored(JsonForm form)
    {
        form.Choice("style", "vivid", "natural");
        form.Choice("moderation", "auto", "low");
        form.Text("user");
        if (form.Choice("background", "auto", "opaque", "transparent") == "transparent")
            form.Reject("background", "cannot be transparent: these models make opaque pictures.");
    }

    private static (int? Width, int? Height) Size(JsonForm form)
    {
        if (form.Text("size") is not { } size || size.Equals("auto", StringComparison.OrdinalIgnoreCase)) return (null, null);
        if (SizeText.TryParse(size, out var width, out var height)) return (width, height);
        form.Reject("size", $"must be auto or WIDTHxHEIGHT in pixels, such as 512x512, not \"{FieldNames.Shortened(size)}\".");
        return (null, null);
    }

    /// <summary>OpenAI's 0..100 with 100 by default; our encoders begin at 1. PNG has none.</summary>
    private static int? Compression(JsonForm form, string? format)
    {
        var percent = Within(form, "output_compression", 0, 100);
        return format is "jpeg" or "webp" ? Math.Max(1, percent ?? BestCompressionPercent) : null;
    }

    private static int? Within(JsonForm form, string name, int min, int max)
    {
        if (form.Integer(name) is not { } value) return null;
        if (value >= min && value <= max) return value;
        form.Reject(name, $"must be from {min} to {max}, not {value}.");
        return null;
    }
}
