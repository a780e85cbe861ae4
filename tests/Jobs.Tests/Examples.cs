namespace OrleansDiffusion.Jobs.Tests;

/// <summary>Things that are fine in every respect; a test changes what it is about.</summary>
internal static class Examples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public const long GiB = 1L << 30;

    public static ModelFacts Facts { get; } = new()
    {
        Family = "sd",
        SideMultiple = 8,
        SideMin = 64,
        SideMax = 1024,
        DefaultWidth = 512,
        DefaultHeight = 448,
        DefaultSteps = 25,
        DefaultGuidance = 7.5,
        DefaultSampler = "dpmpp_2m",
        Samplers = ["ddim", "euler", "dpmpp_2m"],
        PromptTokenCountMax = 77,
    };

    public static GenerationRequest Request { get; } = new() { Prompt = "a red apple" };

    public static GenerationSpec Spec { get; } = new()
    {
        Model = "sd",
        ModelVersion = "v1",
        Prompt = "a red apple",
        Width = 500,
        Height = 400,
        Steps = 10,
        Guidance = 1,
        Seed = 7,
        Count = 1,
        Sampler = "euler",
        Format = "png",
        QualityPercent = 90,
    };

    public static SpecAnswer Resolve(GenerationRequest request, GenerationLimits? limits = null, ModelFacts? facts = null) =>
        SpecRules.Resolve(request, facts ?? Facts, "sd", "v1", limits ?? new(), seedIfNone: 42);
}
