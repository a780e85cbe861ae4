using Orleans.Metadata;
using Orleans.Runtime;

namespace Orleans.Placement;

/// <summary>Says which filter narrows the silos, in which order, with what settings.</summary>
public abstract class PlacementFilterStrategy(int order)
{
    public int Order => order;

    private string Name => GetType().Name;

    public void Initialize(GrainProperties properties) => AdditionalInitialize(properties);

    public virtual void AdditionalInitialize(GrainProperties properties)
    {
    }

    public void PopulateGrainProperties(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        const string Key = WellKnownGrainTypeProperties.PlacementFilter;
        properties[Key] = properties.TryGetValue(Key, out var others) ? $"{others},{Name}" : Name;
        foreach (var (key, value) in GetAdditionalGrainProperties(services, grainClass, grainType, properties))
        {
            properties[$"{Key}.{Name}.{key}"] = value;
        }
    }

    protected string? GetPlacementFilterGrainProperty(string key, GrainProperties properties) =>
        properties.Properties.GetValueOrDefault($"{WellKnownGrainTypeProperties.PlacementFilter}.{Name}.{key}");

    protected virtual IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) => [];
}

/// <summary>Narrows the silos for one grain.</summary>
public interface IPlacementFilterDirector
{
    IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, Runtime.Placement.PlacementTarget target, IEnumerable<SiloAddress> silos);
}
