using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>One real picture before the first job: a replica that cannot make it is not ready, and one that can is warm.</summary>
internal static class WarmUp
{
    /// <summary>Two steps run everything that a longer picture runs.</summary>
    private const int StepCountMax = 2;

    /// <exception cref="InferenceException">The model loads, but does not draw.</exception>
    public static async Task Draw(IReplicaRuntime runtime, ModelEntry model, CancellationToken cancellation)
    {
        var spec = SpecOf(model);
        using var sample = await runtime.Begin(spec, imageIndex: 0, default, cancellation);
        while (sample.StepsDone < sample.StepCount) await runtime.Step([sample], 1, cancellation);
        if (!sample.IsFinite) throw new InferenceException("The warm-up picture turned into numbers that are none (NaN).");

        var image = await runtime.Decode(sample, cancellation);
        if (image.Width != spec.Width || image.Height != spec.Height)
            throw new InferenceException($"The warm-up picture is {image.Width}x{image.Height}, not {spec.Width}x{spec.Height}.");
    }

    private static GenerationSpec SpecOf(ModelEntry model) => new()
    {
        Model = model.Name,
        ModelVersion = model.Version,
        Prompt = "warm-up",
        Width = model.Facts.DefaultWidth,
        Height = model.Facts.DefaultHeight,
        Steps = Math.Min(StepCountMax, model.Facts.DefaultSteps),
        Guidance = model.Facts.DefaultGuidance,
        Seed = 0,
        Count = 1,
        Sampler = model.Facts.DefaultSampler,
        Format = "png",
        QualityPercent = GenerationLimits.DefaultQualityPercent,
    };
}
