using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>This silo's devices as its configuration and its drivers tell them.</summary>
public interface IDeviceInventory
{
    /// <summary>Every device with its budget, provider, name and labels; who the silo is and what is reserved is filled in by the caller.</summary>
    IReadOnlyList<LocalDevice> Devices { get; }
}

/// <param name="DeviceId">Unique in its silo: cpu0, cuda0...</param>
/// <param name="Provider">cpu or cuda.</param>
/// <param name="Name">What it calls itself.</param>
/// <param name="MemoryBytes">The budget: never exceeded by what is reserved on it.</param>
/// <param name="Labels">For placement: zone, pool, price...</param>
public sealed record LocalDevice(
    string DeviceId, string Provider, string Name, long MemoryBytes, IReadOnlyDictionary<string, string> Labels);
