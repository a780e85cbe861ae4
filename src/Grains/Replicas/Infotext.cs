using System.Globalization;
using System.Text;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Generation parameters as text inside a picture's file, in the form that AUTOMATIC1111's web UI writes and many tools
/// read: the prompt, the negative prompt, then one line of comma-separated settings.
/// </summary>
public static class Infotext
{
    public static string Of(GenerationSpec spec, int imageIndex)
    {
        var text = new StringBuilder(spec.Prompt).Append('\n');
        if (!string.IsNullOrEmpty(spec.NegativePrompt)) text.Append("Negative prompt: ").Append(spec.NegativePrompt).Append('\n');
        return text.Append(
            CultureInfo.InvariantCulture,
            $"Steps: {spec.Steps}, Sampler: {spec.Sampler}, CFG scale: {spec.Guidance}, Seed: {spec.SeedOf(imageIndex)}, " +
            $"Size: {spec.Width}x{spec.Height}, Model hash: {Shortened(spec.ModelVersion)}, Model: {spec.Model}, Version: OrleansDiffusion").ToString();
    }

    private static string Shortened(string version) => version.Length <= 10 ? version : version[..10];
}
