using Orleans.Metadata;

namespace Orleans.Runtime;

/// <summary>Says which director chooses the silo of a new activation, with what settings.</summary>
public abstract class PlacementStrategy
{
    public virtual bool IsUsingGrainDirectory => true;

    public virtual void Initialize(GrainProperties properties)
    {
    }

    public virtual void PopulateGrainProperties(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
        properties[WellKnownGrainTypeProperties.PlacementStrategy] = GetType().Name;
}

/// <summary>Any silo, by chance.</summary>
[GenerateSerializer, Immutable]
public sealed class RandomPlacement : PlacementStrategy;

/// <summary>The calling silo, if it can.</summary>
[GenerateSerializer, Immutable]
public sealed class PreferLocalPlacement : PlacementStrategy;

/// <summary>The silo that the grain's hash points to.</summary>
[GenerateSerializer, Immutable]
public sealed class HashBasedPlacement : PlacementStrategy;
