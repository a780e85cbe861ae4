using OrleansDiffusion.Fakes;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Puts models onto the devices of one machine's process.</summary>
internal sealed class Loader(
    IReadOnlyDictionary<string, Device> devices, Shelf shelf, Func<FakeRuntime> draw, Weather weather, Witness witness, Faults faults) : IReplicaLoader
{
    private static readonly TimeSpan LoadTimeMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LoadTimeMax = TimeSpan.FromSeconds(4);

    public async Task<IReplicaRuntime> Load(ModelEntry model, string deviceId, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var device = devices[faults.Misplaced(deviceId)];
        var loaded = device.Reserve(model);
        try
        {
            progress.Report(new LoadProgress(ReplicaPhase.Loading, "unet", 0.5));
            shelf.Load(model);
            await device.Run($"load of {model.Name}", weather.Between(LoadTimeMin, LoadTimeMax));
            cancellation.ThrowIfCancellationRequested();
            return new DeviceRuntime(device, loaded, draw(), weather, witness, faults);
        }
        catch
        {
            device.Free(loaded);
            throw;
        }
    }
}
