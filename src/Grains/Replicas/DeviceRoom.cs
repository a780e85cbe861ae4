using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

/// <summary>
/// The last word on what goes onto this silo's devices. Grants are given elsewhere, from heartbeats, and may be older than
/// what lies on the device: a replica that was forgotten may still be freeing it.
/// </summary>
internal sealed class DeviceRoom(IDeviceInventory devices, LocalReplicas replicas, DeviceFaults faults)
{
    /// <summary>Null when there is room.</summary>
    public string? WhyNot(LoadOrder order)
    {
        if (devices.Devices.FirstOrDefault(device => device.DeviceId == order.DeviceId) is not { } device) return $"There is no device {order.DeviceId} here.";
        if (faults.Of(order.DeviceId) is { } fault) return fault;
        var here = replicas.All.Where(replica => replica.DeviceId == order.DeviceId).ToList();
        if (here.Find(replica => replica.Model == order.Model.Name) is { } same) return $"{same.ReplicaId} is still on {order.DeviceId}.";

        var freeBytes = device.MemoryBytes - here.Sum(replica => replica.MemoryBytes);
        return order.RoomBytes <= freeBytes ? null : $"{order.DeviceId} has {freeBytes} bytes free; {order.Model.Name} needs {order.RoomBytes}.";
    }
}
