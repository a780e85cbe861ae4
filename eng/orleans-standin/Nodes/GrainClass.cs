using System.Globalization;
using System.Reflection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>All that is known of a grain class before it is activated; made once.</summary>
internal sealed class GrainClass
{
    private const string Suffix = "grain";

    public static readonly GrainType ObserverType = GrainType.Create("sys.client.observer");

    private GrainClass(Type? type, GrainType grainType, Type primaryInterface)
    {
        Type = type;
        GrainType = grainType;
        PrimaryInterface = primaryInterface;
    }

    /// <summary>Null for observers, whose instances come from outside.</summary>
    public Type? Type { get; }

    public GrainType GrainType { get; }

    public Type PrimaryInterface { get; }

    public bool IsObserver => Type is null;

    public bool IsReentrant { get; private init; }

    /// <summary>Null: the silo's collection age.</summary>
    public TimeSpan? CollectionAge { get; private init; }

    public PlacementStrategy Placement { get; private init; } = new RandomPlacement();

    public IReadOnlyList<PlacementFilterStrategy> PlacementFilters { get; private init; } = [];

    public static GrainClass ForObserver(Type observerInterface) =>
        new(null, ObserverType, observerInterface);

    public static GrainClass Of(Type type)
    {
        var grainType = type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? GrainType.Create(ConventionalName(type));
        var properties = Properties(type, grainType);
        return new GrainClass(type, grainType, PrimaryInterfaceOf(type))
        {
            IsReentrant = type.IsDefined(typeof(ReentrantAttribute)),
            CollectionAge = CollectionAgeOf(properties),
            Placement = PlacementOf(type, properties),
            PlacementFilters = FiltersOf(type, properties),
        };
    }

    public override string ToString() => $"{GrainType} ({Type?.FullName})";

    private static string ConventionalName(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }

    private static GrainProperties Properties(Type type, GrainType grainType)
    {
        var properties = new Dictionary<string, string>
        {
            [WellKnownGrainTypeProperties.TypeName] = type.Name,
            [WellKnownGrainTypeProperties.FullTypeName] = type.FullName!,
        };
        foreach (var attribute in type.GetCustomAttributes().OfType<IGrainPropertiesProviderAttribute>())
        {
            attribute.Populate(NoServices.Instance, type, grainType, properties);
        }

        return new GrainProperties(System.Collections.Immutable.ImmutableDictionary.CreateRange(properties));
    }

    private static TimeSpan? CollectionAgeOf(GrainProperties properties) =>
        !properties.Properties.TryGetValue(WellKnownGrainTypeProperties.IdleDeactivationPeriod, out var period) ? null
        : period == WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue ? TimeSpan.MaxValue
        : TimeSpan.Parse(period, CultureInfo.InvariantCulture);

    private static PlacementStrategy PlacementOf(Type type, GrainProperties properties)
    {
        var strategy = type.GetCustomAttribute<PlacementAttribute>()?.PlacementStrategy ?? new RandomPlacement();
        strategy.Initialize(properties);
        return strategy;
    }

    private static PlacementFilterStrategy[] FiltersOf(Type type, GrainProperties properties)
    {
        PlacementFilterStrategy[] filters =
            [.. type.GetCustomAttributes<PlacementFilterAttribute>().Select(a => a.PlacementFilterStrategy).OrderBy(f => f.Order)];
        Array.ForEach(filters, filter => filter.Initialize(properties));
        return filters;
    }

    private static Type PrimaryInterfaceOf(Type type)
    {
        var candidates = type.GetInterfaces().Where(i => typeof(IGrain).IsAssignableFrom(i) && (i.Assembly != typeof(IGrain).Assembly || i.GetMethods().Length > 0));
        return candidates.OrderByDescending(i => i.GetInterfaces().Length).ThenBy(i => i.FullName, StringComparer.Ordinal).FirstOrDefault() ?? typeof(IGrain);
    }

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
