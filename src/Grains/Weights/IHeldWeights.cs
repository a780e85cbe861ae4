namespace OrleansDiffusion.Grains;

/// <summary>What lies in this silo's weights cache, for its heartbeat: models whose chunks are here load sooner.</summary>
public interface IHeldWeights
{
    /// <summary>Model versions of which chunks are here. Read with every heartbeat; answers at once.</summary>
    IReadOnlyList<string> Versions { get; }
}

/// <summary>Of a silo without a weights cache.</summary>
internal sealed class NoHeldWeights : IHeldWeights
{
    public IReadOnlyList<string> Versions => [];
}
