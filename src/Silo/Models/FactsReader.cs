using System.Text.Json;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Samplers;
using OrleansDiffusion.Diffusion.Tokenizers;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Silo.Models;

/// <summary>
/// What requests are judged by, from the model's own configuration. Steps and guidance have no place in the Diffusers
/// layout, so an optional generation_config.json beside model_index.json may name num_inference_steps and guidance_scale.
/// </summary>
internal static class FactsReader
{
    private const string DefaultsFile = "generation_config.json";

    /// <summary>Sides that a model bears, in multiples of the side it was trained with; beyond, pictures repeat themselves.</summary>
    private const int SideMaxOverDefault = 4;

    private const int GeneralStepsMax = 150;

    public static ModelFacts Read(ModelConfig config)
    {
        var isConsistency = config.GuidanceEmbeddingLength is not null;
        var (steps, guidance) = ReadDefaults(config.Folder, isConsistency ? (4, 8.0) : (25, 7.5));
        var sampler = isConsistency ? Samplers.Find("lcm")! : Samplers.DefaultFor(config.Scheduler);
        return new ModelFacts
        {
            Family = isConsistency ? "lcm" : "sd",
            SideMultiple = config.SizeMultiple,
            SideMin = config.SizeMultiple,
            SideMax = Math.Min(SampleRules.SidePixelsMax, config.DefaultSize * SideMaxOverDefault),
            DefaultWidth = config.DefaultSize,
            DefaultHeight = config.DefaultSize,
            DefaultSteps = steps,
            DefaultGuidance = guidance,
            DefaultSampler = sampler.Name,
            Samplers = [.. Samplers.All.Select(info => info.Name)],
            StepsMaxOfSampler = Samplers.All
                .Select(info => (info.Name, Max: info.StepsMax(config.Scheduler)))
                .Where(bound => bound.Max < GeneralStepsMax)
                .ToDictionary(bound => bound.Name, bound => bound.Max),
            PromptTokenCountMax = ClipTokenizer.Load(config.TokenizerFolder, config.TextPositionsMax).Encode("").Ids.Count,
        };
    }

    private static (int Steps, double Guidance) ReadDefaults(string folder, (int Steps, double Guidance) otherwise)
    {
        var file = Path.Combine(folder, DefaultsFile);
        if (!File.Exists(file)) return otherwise;
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return (
            json.RootElement.TryGetProperty("num_inference_steps", out var steps) ? steps.GetInt32() : otherwise.Steps,
            json.RootElement.TryGetProperty("guidance_scale", out var guidance) ? guidance.GetDouble() : otherwise.Guidance);
    }
}
