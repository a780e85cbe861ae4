using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>No machine is ever told to hold more ahead than fits on its disk, or in its memory.</summary>
internal sealed class WeightsFit : Invariant
{
    public override void Ordered(WeightsOrders orders)
    {
        Require(orders.Disk.Count * Shelf.ImportBytes <= Shelf.DiskBytes, $"A disk for 3 shall hold {orders.Disk.Count} models.");
        Require(orders.Memory.Count * Shelf.ImportBytes <= Shelf.MemoryBytes, $"Memory for 1 shall hold {orders.Memory.Count} models.");
    }
}
