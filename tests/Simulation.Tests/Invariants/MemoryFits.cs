namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A device's memory budget is never exceeded.</summary>
internal sealed class MemoryFits : Invariant
{
    public override void MemoryChanged(Device device)
    {
        var taken = device.InMemory.Sum(loaded => loaded.MemoryBytes);
        Require(taken <= device.MemoryBytes, $"{device.Name} has {device.MemoryBytes} bytes and holds {taken}.");
    }
}
