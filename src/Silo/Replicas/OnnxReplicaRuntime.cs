using Microsoft.Extensions.Logging;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>
/// A pipeline and its sessions on a device's lane. Where it was made with a way to tune, and has worked enough for that to
/// repay itself, tuned sessions are made beside its work; pictures that begin later are drawn with them.
/// </summary>
internal sealed partial class OnnxReplicaRuntime(
    ReplicaGeneration first, IDeviceLane lane, Func<CancellationToken, Task<ReplicaGeneration>>? tune, ILogger log) : IReplicaRuntime
{
    /// <summary>
    /// Steps before it tunes itself. Tuning costs about as much as 4 to 20 steps lose without it (docs/benchmarks.md): whoever
    /// has waited until as much is lost has lost at most twice what the best choice would have cost.
    /// </summary>
    public const int TuneAfterStepCount = 8;

    private readonly CancellationTokenSource _ended = new();
    private ReplicaGeneration _current = first;
    private ReplicaGeneration? _left;
    private int _stepCount;

    /// <summary>Keeps what the sessions are mapped from; let go with the replica.</summary>
    public IAsyncDisposable? Hold { get; init; }

    /// <summary>Ends when new pictures use the tuned sessions, or when there will be none.</summary>
    public Task Tuning { get; private set; } = Task.CompletedTask;

    public async Task<IReplicaSample> Begin(
        GenerationSpec spec, int imageIndex, ReadOnlyMemory<byte> checkpoint, CancellationToken cancellation)
    {
        var sampleSpec = ToSampleSpec(spec, imageIndex);
        return await lane.Run(
            token =>
            {
                DropLeft();
                var pipeline = _current.Pipeline;
                var sample = checkpoint.IsEmpty ? pipeline.Begin(sampleSpec) : Restore(pipeline, sampleSpec, checkpoint.Span);
                pipeline.Encode(sample, token);
                return new OnnxReplicaSample(sample, _current);
            },
            cancellation);
    }

    public async Task Step(IReadOnlyList<IReplicaSample> samples, int stepCountMax, CancellationToken cancellation)
    {
        var generation = ((OnnxReplicaSample)samples[0]).Generation;
        var active = new Sample[samples.Count];
        for (var i = 0; i < active.Length; i++) active[i] = Own(samples[i], generation);
        await lane.Run(
            token =>
            {
                generation.Pipeline.Step(active, token);
                _stepCount++;
                for (var done = 1; done < stepCountMax && active.All(sample => !sample.IsDone && sample.IsFinite); done++, _stepCount++)
                    generation.Pipeline.Step(active, token);
                return true;
            },
            cancellation);
        if (tune is not null && _stepCount >= TuneAfterStepCount && Tuning == Task.CompletedTask) Tuning = Tune(tune);
    }

    public Task<RgbImage> Preview(IReplicaSample sample, CancellationToken cancellation) =>
        OnPipeline(sample, (pipeline, own, token) => pipeline.Preview(own, token), cancellation);

    public Task<byte[]> Checkpoint(IReplicaSample sample, CancellationToken cancellation) =>
        OnPipeline(sample, (pipeline, own, _) => pipeline.Checkpoint(own), cancellation);

    public Task<RgbImage> Decode(IReplicaSample sample, CancellationToken cancellation) =>
        OnPipeline(sample, (pipeline, own, token) => pipeline.Decode(own, token), cancellation);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Tuning;
        await lane.Run(_ =>
        {
            _left?.Dispose();
            _current.Dispose();
            return true;
        });
        _ended.Dispose();
        if (Hold is not null) await Hold.DisposeAsync();
    }

    private async Task Tune(Func<CancellationToken, Task<ReplicaGeneration>> tune)
    {
        try
        {
            var tuned = await tune(_ended.Token);
            await lane.Run(_ => (_left, _current) = (_current, tuned));
            Log.Tuned(log, lane.Name);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            Log.TuningEnded(log, lane.Name);
        }
        catch (Exception problem) when (problem is InferenceException or IOException)
        {
            Log.NotTuned(log, lane.Name, problem.Message);
        }
    }

    /// <summary>Frees the sessions before, once no picture is in work on them.</summary>
    private void DropLeft()
    {
        if (_left is not { IsIdle: true }) return;
        _left.Dispose();
        _left = null;
    }

    private Task<T> OnPipeline<T>(IReplicaSample sample, Func<TextToImage, Sample, CancellationToken, T> work, CancellationToken cancellation)
    {
        var own = (OnnxReplicaSample)sample;
        return lane.Run(token => work(own.Generation.Pipeline, own.Sample, token), cancellation);
    }

    private static Sample Own(IReplicaSample sample, ReplicaGeneration generation)
    {
        var own = (OnnxReplicaSample)sample;
        return own.Generation == generation
            ? own.Sample
            : throw new InvalidOperationException("Samples of different shape keys cannot share a step.");
    }

    private static Sample Restore(TextToImage pipeline, SampleSpec spec, ReadOnlySpan<byte> checkpoint)
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

    private static partial class Log
    {
        [LoggerMessage(1041, LogLevel.Information, "A replica on {Device} is tuned to the machine; its next pictures are drawn faster")]
        public static partial void Tuned(ILogger log, string device);

        [LoggerMessage(1042, LogLevel.Debug, "The tuning of a replica on {Device} ended with the replica")]
        public static partial void TuningEnded(ILogger log, string device);

        [LoggerMessage(1043, LogLevel.Warning, "A replica on {Device} stays as it was loaded: {Reason}")]
        public static partial void NotTuned(ILogger log, string device, string reason);
    }
}
