using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>A pipeline and its sessions on a device's lane.</summary>
internal sealed class OnnxReplicaRuntime(TextToImage pipeline, OnnxModel sessions, IDeviceLane lane) : IReplicaRuntime
{
    public async Task<IReplicaSample> Begin(
        GenerationSpec spec, int imageIndex, ReadOnlyMemory<byte> checkpoint, CancellationToken cancellation)
    {
        var sampleSpec = ToSampleSpec(spec, imageIndex);
        return await lane.Run(
            token =>
            {
                var sample = checkpoint.IsEmpty ? pipeline.Begin(sampleSpec) : Restore(sampleSpec, checkpoint.Span);
                pipeline.Encode(sample, token);
                return new OnnxReplicaSample(sample);
            },
            cancellation);
    }

    public Task Step(IReadOnlyList<IReplicaSample> samples, int stepCountMax, CancellationToken cancellation)
    {
        var active = new Sample[samples.Count];
        for (var i = 0; i < active.Length; i++) active[i] = Own(samples[i]);
        return lane.Run(
            token =>
            {
                pipeline.Step(active, token);
                for (var done = 1; done < stepCountMax && active.All(sample => !sample.IsDone && sample.IsFinite); done++)
                    pipeline.Step(active, token);
                return true;
            },
            cancellation);
    }

    public Task<RgbImage> Preview(IReplicaSample sample, CancellationToken cancellation) =>
        lane.Run(token => pipeline.Preview(Own(sample), token), cancellation);

    public Task<byte[]> Checkpoint(IReplicaSample sample, CancellationToken cancellation) =>
        lane.Run(_ => pipeline.Checkpoint(Own(sample)), cancellation);

    public Task<RgbImage> Decode(IReplicaSample sample, CancellationToken cancellation) =>
        lane.Run(token => pipeline.Decode(Own(sample), token), cancellation);

    public async ValueTask DisposeAsync() =>
        await lane.Run(_ =>
        {
            pipeline.Dispose();
            sessions.Dispose();
            return true;
        });

    private static Sample Own(IReplicaSample sample) => ((OnnxReplicaSample)sample).Sample;

    private Sample Restore(SampleSpec spec, ReadOnlySpan<byte> checkpoint)
    {
        try
        {
            return pipeline.Restore(spec, checkpoint);
        }
        catch (CheckpointException foreign)
        {
            throw new InferenceException(foreign.Message, foreign);
        }
    }

    private static SampleSpec ToSampleSpec(GenerationSpec spec, int imageIndex) => new()
    {
        Prompt = spec.Prompt,
        NegativePrompt = spec.NegativePrompt ?? "",
        Width = spec.Width,
        Height = spec.Height,
        Steps = spec.Steps,
        Guidance = spec.Guidance,
        Seed = spec.SeedOf(imageIndex),
        Sampler = spec.Sampler,
    };
}
