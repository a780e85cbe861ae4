using System.Diagnostics;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Tokenizers;

namespace OrleansDiffusion.Bench;

/// <summary>
/// The C# pipeline over the session runs inside it: one picture after the other, warm, on this thread, each with a prompt
/// of its own so that nothing is cached. The time inside the sessions is taken in the same runs, so that a noisy machine
/// moves both.
/// </summary>
public static class PipelineBench
{
    private const int WarmUpCount = 3;
    private const int DefaultRunCount = 20;
    private const double RatioBudget = 1.03;

    public static Task<IReadOnlyList<Figure>> Run(BenchOptions options, CancellationToken cancellation)
    {
        using var model = OnnxModelLoader.Load(options.ModelFolder, OnnxProvider.Cpu, ModelFolder.RequiredGraphs.ToArray(), null, cancellation);
        var clock = new SessionClock();
        using var pipeline = Compose(options.ModelFolder, model, clock);
        for (var i = 0; i < WarmUpCount; i++) Draw(pipeline, options, i, cancellation);

        List<double> totals = [], insides = [], ratios = [];
        for (var i = 0; i < (options.RunCount ?? DefaultRunCount); i++)
        {
            var insideBefore = clock.Inside;
            var started = Stopwatch.GetTimestamp();
            Draw(pipeline, options, WarmUpCount + i, cancellation);
            var total = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var inside = (clock.Inside - insideBefore).TotalMilliseconds;
            totals.Add(total);
            insides.Add(inside);
            ratios.Add(total / inside);
        }

        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            new("pipeline_over_sessions_ratio", Statistics.Median(ratios), "whole picture over the session runs in it, median of pairs", RatioBudget),
            new("pipeline_p50_ms", Statistics.Median(totals), $"one picture of {options.Steps} steps, prompt to pixels"),
            new("sessions_p50_ms", Statistics.Median(insides), "inside ONNX Runtime"),
            new("steps_per_second", options.Steps * 1000 / Statistics.Median(totals), "steps of one picture over its whole time"),
        ]);
    }

    private static TextToImage Compose(string folder, OnnxModel model, SessionClock clock)
    {
        var (config, problems) = ModelFolder.Read(folder);
        if (config is null) throw new InferenceException(string.Join(" ", problems.Select(problem => $"{problem.Where}: {problem.Message}")));
        return new TextToImage(
            config,
            new PromptEncoder(ClipTokenizer.Load(config.TokenizerFolder, config.TextPositionsMax), new TimedSession(model.Sessions[ModelFolder.TextEncoder], clock)),
            new Denoiser(new TimedSession(model.Sessions[ModelFolder.Unet], clock)),
            new LatentDecoder(new TimedSession(model.Sessions[ModelFolder.VaeDecoder], clock), config));
    }

    private static void Draw(TextToImage pipeline, BenchOptions options, int number, CancellationToken cancellation) =>
        pipeline.Generate(
            new SampleSpec
            {
                Prompt = $"a red apple number {number}",
                Width = pipeline.Model.DefaultSize,
                Height = pipeline.Model.DefaultSize,
                Steps = options.Steps,
                Guidance = 4.5,
                Seed = number,
            },
            cancellation);
}
