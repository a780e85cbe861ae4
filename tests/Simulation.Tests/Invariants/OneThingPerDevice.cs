namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A replica has one call on its device at a time, and a device has one replica of a model.</summary>
internal sealed class OneThingPerDevice : Invariant
{
    public override void DeviceCalled(Device device, int callCount) => Require(callCount == 1, $"A replica calls {device.Name} {callCount} times at once.");

    public override void MemoryChanged(Device device)
    {
        var twice = device.InMemory.CountBy(loaded => loaded.Model).FirstOrDefault(model => model.Value > 1);
        Require(twice.Key is null, $"{device.Name} holds {twice.Key} {twice.Value} times.");
    }
}
