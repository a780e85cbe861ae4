using System.Collections.Immutable;
using Orleans.Runtime;

namespace Orleans.Metadata;

/// <summary>What is known of a grain class, as text, from its attributes.</summary>
[GenerateSerializer, Immutable]
public sealed class GrainProperties(ImmutableDictionary<string, string> values)
{
    [Id(0)]
    public ImmutableDictionary<string, string> Properties { get; } = values;
}

/// <summary>An attribute of a grain class that adds to its properties.</summary>
public interface IGrainPropertiesProviderAttribute
{
    void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties);
}
