using OrleansDiffusion.Diffusion.Noise;
using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>One field of a spec that a model cannot serve.</summary>
/// <param name="Field">Name of the property of <see cref="SampleSpec"/>.</param>
/// <param name="Message">What would be right.</param>
public sealed record SpecProblem(string Field, string Message);

/// <summary>What a model demands of a spec. Limits of cost (pixels, steps per job) are the caller's.</summary>
public static class SampleRules
{
    public const int SidePixelsMax = 8192;
    public const double GuidanceMax = 100;

    /// <returns>Every problem, or nothing.</returns>
    public static IReadOnlyList<SpecProblem> Check(ModelConfig model, SampleSpec spec)
    {
        var problems = new List<SpecProblem>();
        void Require(bool holds, string field, string message)
        {
            if (!holds) problems.Add(new SpecProblem(field, message));
        }

        bool IsSide(int pixels) => pixels > 0 && pixels <= SidePixelsMax && pixels % model.SizeMultiple == 0;
        var sideRule = $"Must be a multiple of {model.SizeMultiple} pixels, and at most {SidePixelsMax}.";
        Require(IsSide(spec.Width), nameof(spec.Width), sideRule);
        Require(IsSide(spec.Height), nameof(spec.Height), sideRule);
        Require(spec.Guidance is >= 0 and <= GuidanceMax, nameof(spec.Guidance), $"Must be within 0..{GuidanceMax}.");
        Require(spec.GuidanceRescale is >= 0 and <= 1, nameof(spec.GuidanceRescale), "Must be within 0..1.");
        Require(spec.Eta is >= 0 and <= 1, nameof(spec.Eta), "Must be within 0..1.");
        Require(spec.ImageIndex >= 0, nameof(spec.ImageIndex), "Must not be negative.");
        Require(NoiseSources.Kinds.Contains(spec.Noise), nameof(spec.Noise), $"Must be one of {string.Join(", ", NoiseSources.Kinds)}.");

        var names = string.Join(", ", Samplers.Samplers.All.Select(known => known.Name));
        var sampler = FindSampler(model, spec);
        Require(sampler is not null, nameof(spec.Sampler), $"There is no sampler '{spec.Sampler}'; there are {names}.");
        if (sampler is not null && WhyNot(sampler, model, spec) is { } reason) Require(false, nameof(spec.Steps), reason);
        return problems;
    }

    /// <summary>Some numbers of steps below the bound make no schedule either, so one is laid out on trial.</summary>
    private static string? WhyNot(SamplerInfo sampler, ModelConfig model, SampleSpec spec)
    {
        var stepsMax = sampler.StepsMax(model.Scheduler);
        if (spec.Steps < 1 || spec.Steps > stepsMax) return $"Must be within 1..{stepsMax} for {sampler.Name} and this model.";
        try
        {
            sampler.Create(model.Scheduler, spec.Steps);
            return null;
        }
        catch (SamplerException error)
        {
            return error.Message;
        }
    }

    internal static SamplerInfo? FindSampler(ModelConfig model, SampleSpec spec) =>
        spec.Sampler is null ? Samplers.Samplers.DefaultFor(model.Scheduler) : Samplers.Samplers.Find(spec.Sampler);
}
