using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Pipelines;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>
/// Runs each component once, on the smallest picture, as soon as its weights are there: the text encoder while the decoder
/// is still on its way. Whether the model draws is not judged here; the replica's warm-up picture does that.
/// </summary>
internal static class ComponentWarmUp
{
    /// <param name="pipeline">The sessions' pipeline.</param>
    /// <param name="sessions">As they were loaded.</param>
    /// <param name="lane">The device's.</param>
    /// <param name="enter">Told of component and phase: fetch (only if it must be waited for), then warm.</param>
    /// <param name="cancellation">The replica is not wanted any more.</param>
    /// <returns>When everything has arrived.</returns>
    public static async Task Run(
        TextToImage pipeline, OnnxModel sessions, IDeviceLane lane, Action<string, string> enter, CancellationToken cancellation)
    {
        var side = pipeline.Model.SizeMultiple;
        var sample = await lane.Run(
            _ => pipeline.Begin(new SampleSpec { Prompt = "warm-up", Width = side, Height = side, Steps = 2, Guidance = 4, Seed = 0 }), cancellation);
        var runs = true;
        foreach (var (component, work) in Stages(pipeline, sample))
        {
            var arrival = sessions.WhenArrived(component);
            if (!arrival.IsCompleted) enter(component, "fetch");
            await arrival.WaitAsync(cancellation);
            enter(component, "warm");
            runs = runs && await lane.Run(token => Runs(work, token), cancellation);
        }
    }

    private static IEnumerable<(string Component, Action<CancellationToken> Work)> Stages(TextToImage pipeline, Sample sample) =>
    [
        (ModelFolder.TextEncoder, token => pipeline.Encode(sample, token)),
        (ModelFolder.Unet, token => pipeline.Step([sample], token)),
        (ModelFolder.VaeDecoder, token => pipeline.Decode(sample, token)),
    ];

    private static bool Runs(Action<CancellationToken> work, CancellationToken cancellation)
    {
        try
        {
            work(cancellation);
            return true;
        }
        catch (InferenceException)
        {
            return false; // Some graphs are of one size only.
        }
    }
}
