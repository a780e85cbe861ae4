using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>This silo's weights cache as the cluster sees it: what it holds goes with the heartbeat, what it shall hold comes back with the answer.</summary>
public interface IHeldWeights
{
    /// <summary>Null without a cache. Read with every heartbeat; answers at once.</summary>
    SiloWeights? Weights { get; }

    /// <summary>What the cluster wants to be held here ahead. Told again and again; answers at once.</summary>
    void Want(WeightsOrders orders);
}

/// <summary>Of a silo without a weights cache.</summary>
internal sealed class NoHeldWeights : IHeldWeights
{
    public SiloWeights? Weights => null;

    public void Want(WeightsOrders orders)
    {
        // There is nowhere to hold them.
    }
}
