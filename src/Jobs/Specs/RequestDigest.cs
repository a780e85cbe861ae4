using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansDiffusion.Jobs;

/// <summary>Tells a repeated request from a different one under the same idempotency key.</summary>
public static class RequestDigest
{
    /// <summary>
    /// SHA-256, lower-case hex, over the fields that are set, in a fixed order, each with its name and length. A field
    /// that is added later and not set leaves the digests of older requests as they were.
    /// </summary>
    public static string Of(GenerationRequest request)
    {
        var form = new StringBuilder();
        Add(form, "model", request.Model);
        Add(form, "prompt", request.Prompt);
        Add(form, "negative_prompt", request.NegativePrompt);
        Add(form, "width", request.Width);
        Add(form, "height", request.Height);
        Add(form, "steps", request.Steps);
        Add(form, "guidance", request.Guidance);
        Add(form, "seed", request.Seed);
        Add(form, "count", request.Count);
        Add(form, "sampler", request.Sampler);
        Add(form, "format", request.Format);
        Add(form, "quality", request.QualityPercent);
        Add(form, "previews", request.PreviewCount);
        Add(form, "priority", request.Priority);
        Add(form, "deadline_seconds", request.DeadlineSeconds);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(form.ToString())));
    }

    private static void Add(StringBuilder form, string name, IFormattable? value) =>
        Add(form, name, value?.ToString(null, CultureInfo.InvariantCulture));

    private static void Add(StringBuilder form, string name, string? value)
    {
        if (value is not null) form.Append(CultureInfo.InvariantCulture, $"{name}={value.Length}:{value};");
    }
}
