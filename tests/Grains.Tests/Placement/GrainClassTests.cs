using System.Reflection;
using Orleans.Placement;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>What the engine is told of the grain classes: who places them, and that it moves none that would lose by it.</summary>
public sealed class GrainClassTests
{
    private static readonly Type[] Classes = [.. typeof(DiffusionGrains).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Grain)))];

    [Fact]
    public void Replicas_are_placed_by_our_own_director_and_filter()
    {
        Assert.IsType<ReplicaPlacement>(typeof(ModelGrain).GetCustomAttribute<PlacementAttribute>()!.PlacementStrategy);
        Assert.IsType<DeviceSilosFilter>(Assert.Single(typeof(ModelGrain).GetCustomAttributes<PlacementFilterAttribute>()).PlacementFilterStrategy);
    }

    [Fact]
    public void What_must_stay_active_must_stay_where_it_is()
    {
        var kept = Classes.Where(type => type.IsDefined(typeof(KeepAliveAttribute))).ToList();

        Assert.Equal(["CatalogGrain", "ClusterGrain", "ModelGrain", "SchedulerGrain"], kept.Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.All(kept, type => Assert.Equal(ImmovableKind.Any, type.GetCustomAttribute<ImmovableAttribute>()?.Kind));
    }

    [Fact]
    public void No_grain_asks_for_the_engines_resource_optimised_placement() =>
        Assert.DoesNotContain(
            "ResourceOptimizedPlacement",
            Classes.Select(type => type.GetCustomAttribute<PlacementAttribute>()?.PlacementStrategy.GetType().Name));
}
