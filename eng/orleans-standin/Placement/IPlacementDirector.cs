namespace Orleans.Runtime.Placement;

/// <summary>Chooses the silo of a new activation.</summary>
public interface IPlacementDirector
{
    const string PlacementHintKey = nameof(PlacementHintKey);

    /// <returns>The silo that the caller's request context asks for, if it is among the compatible ones; otherwise null.</returns>
    static SiloAddress? GetPlacementHint(Dictionary<string, object>? requestContextData, SiloAddress[] compatibleSilos) =>
        requestContextData is not null
        && requestContextData.TryGetValue(PlacementHintKey, out var value)
        && value is SiloAddress hint
        && compatibleSilos.Contains(hint)
            ? hint
            : null;

    Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context);
}

/// <summary>What a director knows of the cluster.</summary>
public interface IPlacementContext
{
    SiloAddress LocalSilo { get; }

    SiloStatus LocalSiloStatus { get; }

    /// <exception cref="OrleansException">No silo can take the grain.</exception>
    SiloAddress[] GetCompatibleSilos(PlacementTarget target);
}

/// <summary>The grain to place, and the request that asked for it.</summary>
public readonly struct PlacementTarget(
    GrainId grainIdentity, Dictionary<string, object>? requestContextData, GrainInterfaceType interfaceType, ushort interfaceVersion)
{
    public GrainId GrainIdentity => grainIdentity;

    public GrainInterfaceType InterfaceType => interfaceType;

    public ushort InterfaceVersion => interfaceVersion;

    public Dictionary<string, object>? RequestContextData => requestContextData;
}
