using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A model in a device's memory: draws with hashes, in the device's time and with its moods.</summary>
internal sealed class DeviceRuntime(Device device, Device.Loaded loaded, IReplicaRuntime drawing, Weather weather, Witness witness, Faults faults) : IReplicaRuntime
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private readonly TimeSpan _stepTime = weather.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(400));
    private int _callCount;

    public Task<IReplicaSample> Begin(GenerationSpec spec, int imageIndex, ReadOnlyMemory<byte> checkpoint, CancellationToken cancellation) =>
        Call("begin", Short, () => drawing.Begin(spec, imageIndex, checkpoint, cancellation));

    public Task Step(IReadOnlyList<IReplicaSample> samples, int stepCountMax, CancellationToken cancellation) => Call("step", _stepTime, async () =>
    {
        await drawing.Step(samples, stepCountMax, cancellation);
        return true;
    });

    public Task<RgbImage> Preview(IReplicaSample sample, CancellationToken cancellation) =>
        Call("preview", Short, () => drawing.Preview(sample, cancellation));

    public Task<byte[]> Checkpoint(IReplicaSample sample, CancellationToken cancellation) =>
        Call("checkpoint", Short, async () => faults.Checkpoint(await drawing.Checkpoint(sample, cancellation)));

    public Task<RgbImage> Decode(IReplicaSample sample, CancellationToken cancellation) =>
        Call("decode", _stepTime, () => drawing.Decode(sample, cancellation));

    public async ValueTask DisposeAsync()
    {
        await drawing.DisposeAsync();
        device.Free(loaded);
    }

    private async Task<T> Call<T>(string what, TimeSpan takes, Func<Task<T>> work)
    {
        witness.DeviceCalled(device, ++_callCount);
        try
        {
            await device.Run($"{what} of {loaded.Model}", takes);
            return await work();
        }
        finally
        {
            _callCount--;
        }
    }
}
