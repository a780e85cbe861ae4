using Orleans.Runtime;

namespace Orleans;

/// <summary>Gives a grain class another name than its own without the suffix "Grain".</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    internal GrainType GrainType { get; } = GrainType.Create(grainType);

    public GrainType GetGrainType(IServiceProvider services, Type type) => GrainType;
}
