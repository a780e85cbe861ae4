using Microsoft.Extensions.Logging;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// One real picture before the first job, of the model's own shape and of each that is usual: a replica that cannot make the first
/// is not ready, and one that has made them all is warm.
/// </summary>
internal static partial class WarmUp
{
    /// <summary>Two steps run everything that a longer picture runs.</summary>
    private const int StepCountMax = 2;

    /// <exception cref="InferenceException">The model loads, but does not draw.</exception>
    public static async Task Draw(
        IReplicaRuntime runtime, ModelEntry model, IReadOnlyList<PictureShape> usual, ILogger logger, CancellationToken cancellation)
    {
        var own = new PictureShape(model.Facts.DefaultWidth, model.Facts.DefaultHeight);
        await Draw(runtime, SpecOf(model, own), cancellation);
        foreach (var shape in usual.Where(shape => shape != own)) await TryDraw(runtime, SpecOf(model, shape), logger, cancellation);
    }

    /// <summary>What a caller asked for may be too much for this device; that is the caller's trouble, not the model's.</summary>
    private static async Task TryDraw(IReplicaRuntime runtime, GenerationSpec spec, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            await Draw(runtime, spec, cancellation);
        }
        catch (InferenceException problem)
        {
            Log.NotWarm(logger, spec.Width, spec.Height, spec.Model, problem);
        }
    }

    private static async Task Draw(IReplicaRuntime runtime, GenerationSpec spec, CancellationToken cancellation)
    {
        using var sample = await runtime.Begin(spec, imageIndex: 0, default, cancellation);
        while (sample.StepsDone < sample.StepCount) await runtime.Step([sample], 1, cancellation);
        if (!sample.IsFinite) throw new InferenceException("The warm-up picture turned into numbers that are none (NaN).");

        var image = await runtime.Decode(sample, cancellation);
        if (image.Width != spec.Width || image.Height != spec.Height)
            throw new InferenceException($"The warm-up picture is {image.Width}x{image.Height}, not {spec.Width}x{spec.Height}.");
    }

    private static GenerationSpec SpecOf(ModelEntry model, PictureShape shape) => new()
    {
        Model = model.Name,
        ModelVersion = model.Version,
        Prompt = "warm-up",
        Width = shape.Width,
        Height = shape.Height,
        Steps = Math.Min(StepCountMax, model.Facts.DefaultSteps),
        Guidance = model.Facts.DefaultGuidance,
        Seed = 0,
        Count = 1,
        Sampler = model.Facts.DefaultSampler,
        Format = "png",
        QualityPercent = GenerationLimits.DefaultQualityPercent,
    };

    private static partial class Log
    {
        [LoggerMessage(3171, LogLevel.Warning, "A warm-up picture of {Width}x{Height} with {Model} was not drawn")]
        public static partial void NotWarm(ILogger logger, int width, int height, string model, Exception problem);
    }
}
