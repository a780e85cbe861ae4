using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

internal static class Specs
{
    public static GenerationSpec Apple { get; } = new()
    {
        Model = "emoji",
        ModelVersion = "0123456789abcdef",
        Prompt = "a red apple",
        Width = 64,
        Height = 32,
        Steps = 25,
        Guidance = 7.5,
        Seed = 7,
        Count = 1,
        Sampler = "dpmpp_2m",
        Format = "png",
        QualityPercent = 90,
    };
}
