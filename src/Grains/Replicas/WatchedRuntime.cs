using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>A device call did not come back in time. It cannot be taken back either: the device is lost to this process.</summary>
internal sealed class DeviceHungException(string message) : Exception(message);

/// <summary>A runtime whose calls are waited for only so long. After the first that does not return it is not called any more.</summary>
internal sealed class WatchedRuntime(IReplicaRuntime runtime, string deviceId, TimeProvider time, TimeSpan limit) : IReplicaRuntime
{
    /// <summary>Null while every call came back.</summary>
    public string? HungBecause { get; private set; }

    public Task<IReplicaSample> Begin(GenerationSpec spec, int imageIndex, ReadOnlyMemory<byte> checkpoint, CancellationToken cancellation) =>
        Watch(() => runtime.Begin(spec, imageIndex, checkpoint, cancellation));

    public Task Step(IReadOnlyList<IReplicaSample> samples, int stepCountMax, CancellationToken cancellation) => Watch(async () =>
    {
        await runtime.Step(samples, stepCountMax, cancellation);
        return true;
    });

    public Task<RgbImage> Preview(IReplicaSample sample, CancellationToken cancellation) => Watch(() => runtime.Preview(sample, cancellation));

    public Task<byte[]> Checkpoint(IReplicaSample sample, CancellationToken cancellation) => Watch(() => runtime.Checkpoint(sample, cancellation));

    public Task<RgbImage> Decode(IReplicaSample sample, CancellationToken cancellation) => Watch(() => runtime.Decode(sample, cancellation));

    /// <summary>Nothing can be freed below a call that hangs.</summary>
    public ValueTask DisposeAsync() => HungBecause is null ? runtime.DisposeAsync() : ValueTask.CompletedTask;

    private async Task<T> Watch<T>(Func<Task<T>> call)
    {
        if (HungBecause is { } reason) throw new DeviceHungException(reason);
        var answer = call();
        try
        {
            return await answer.WaitAsync(limit, time);
        }
        catch (TimeoutException) when (!answer.IsCompleted)
        {
            HungBecause = $"{deviceId} did not answer for {limit.TotalSeconds:0.#} s.";
            throw new DeviceHungException(HungBecause);
        }
    }
}
