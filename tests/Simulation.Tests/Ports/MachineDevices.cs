using OrleansDiffusion.Grains;

namespace OrleansDiffusion.Simulation.Tests;

internal sealed class MachineDevices(IReadOnlyList<LocalDevice> devices) : IDeviceInventory
{
    private static readonly Dictionary<string, string> NoLabels = [];

    public IReadOnlyList<LocalDevice> Devices => devices;

    public static IReadOnlyList<LocalDevice> Some(int count, long memoryBytes) =>
        [.. Enumerable.Range(0, count).Select(index => new LocalDevice($"fake{index}", "cpu", "A fake device", memoryBytes, NoLabels))];
}
