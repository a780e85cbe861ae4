using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Requests;

/// <summary>A request for pictures in the native dialect.</summary>
internal static class JobForm
{
    public static GenerationRequest Read(JsonForm form)
    {
        var (width, height) = Size(form);
        return new GenerationRequest
        {
            Model = form.Text("model"),
            Prompt = form.Text("prompt"),
            NegativePrompt = form.Text("negative_prompt"),
            Width = width,
            Height = height,
            Steps = form.Integer("steps"),
            Guidance = form.Number("guidance"),
            Seed = form.LongInteger("seed"),
            Count = form.Integer("count"),
            Sampler = form.Text("sampler"),
            Format = form.Text("format"),
            QualityPercent = form.Integer("quality"),
            PreviewCount = form.Integer("previews"),
            Priority = form.Integer("priority"),
            DeadlineSeconds = form.Number("deadline_seconds"),
        };
    }

    private static (int? Width, int? Height) Size(JsonForm form)
    {
        var (width, height) = (form.Integer("width"), form.Integer("height"));
        if (form.Text("size") is not { } size) return (width, height);
        if (form.Has("width") || form.Has("height")) form.Reject("size", "says the same as width and height; give one of them.");
        else if (SizeText.TryParse(size, out var w, out var h)) return (w, h);
        else form.Reject("size", $"must be WIDTHxHEIGHT in pixels, such as 512x512, not \"{FieldNames.Shortened(size)}\".");
        return (width, height);
    }
}
