using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>Where a new activation goes.</summary>
public sealed class PlacementTests
{
    [Fact]
    public async Task A_director_of_our_own_chooses_the_silo()
    {
        await using var cluster = await EngineCluster.Start(3, silo => silo.AddPlacementDirector<LastSiloPlacement, LastSiloDirector>());
        var last = cluster.Silos.Select(s => s.SiloAddress).Max();
        foreach (var key in Enumerable.Range(0, 10))
        {
            Assert.Equal(last, await cluster.Client.GetGrain<IPlacedGrain>($"{key}", nameof(PlacedLastGrain).Qualified()).Where().Soon());
        }
    }

    [Fact]
    public async Task A_director_sees_grain_request_context_and_the_placing_silo()
    {
        await using var cluster = await EngineCluster.Start(2, silo => silo.AddPlacementDirector<LastSiloPlacement, LastSiloDirector>());
        RequestContext.Set("ask", "me");
        try
        {
            await cluster.Client.GetGrain<IPlacedGrain>("seen", nameof(PlacedLastGrain).Qualified()).Where().Soon();
        }
        finally
        {
            RequestContext.Clear();
        }

        var seen = LastSiloDirector.Seen["placedlast/seen"];
        Assert.Equal("me", seen.Context);
        Assert.Contains(seen.LocalSilo, cluster.Silos.Select(s => s.SiloAddress));
    }

    [Fact]
    public async Task Prefer_local_stays_on_the_calling_silo()
    {
        await using var cluster = await EngineCluster.Start(3);
        foreach (var silo in cluster.Silos)
        {
            var grain = silo.Service<IGrainFactory>().GetGrain<IPlacedGrain>($"on {silo.Name}", nameof(PlacedLocallyGrain).Qualified());
            Assert.Equal(silo.SiloAddress, await grain.Where().Soon());
        }
    }

    [Fact]
    public async Task Random_placement_uses_several_silos()
    {
        await using var cluster = await EngineCluster.Start(2);
        var wheres = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            cluster.Client.GetGrain<IPlacedGrain>($"{i}", nameof(PlacedRandomlyGrain).Qualified()).Where())).Soon();
        Assert.Equal(cluster.Silos.Select(s => s.SiloAddress).Order(), wheres.Distinct().Order());
    }

    [Fact]
    public async Task A_filter_of_our_own_narrows_by_the_silos_metadata()
    {
        await using var cluster = await EngineCluster.Start(3, (options, silo) =>
        {
            silo.UseSiloMetadata(new Dictionary<string, string> { ["name"] = options.SiloName });
            silo.Services.AddPlacementFilter<NamedSiloFilter, NamedSiloDirector>(ServiceLifetime.Singleton);
        });
        var named = cluster.Silos[1];
        NamedSiloDirector.Name = named.Name;
        await MetadataIsKnown(cluster);
        foreach (var key in Enumerable.Range(0, 10))
        {
            Assert.Equal(named.SiloAddress, await cluster.Client.GetGrain<IPlacedGrain>($"{key}", nameof(PlacedByNameGrain).Qualified()).Where().Soon());
        }

        NamedSiloDirector.Name = "nobody";
        var failure = await Assert.ThrowsAsync<OrleansException>(() =>
            cluster.Client.GetGrain<IPlacedGrain>("nowhere", nameof(PlacedByNameGrain).Qualified()).Where().Soon());
        Assert.Contains("No active nodes are compatible", failure.Message, StringComparison.Ordinal);
    }

    private static async Task MetadataIsKnown(InProcessTestCluster cluster)
    {
        foreach (var cache in cluster.Silos.Select(s => s.Service<ISiloMetadataCache>()))
        {
            while (cluster.Silos.Any(s => !cache.GetSiloMetadata(s.SiloAddress).Metadata.ContainsKey("name")))
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }
}

internal static class GrainClassNames
{
    public static string Qualified(this string name) => $"OrleansDiffusion.Engine.Tests.{name}";
}

public interface IPlacedGrain : IGrainWithStringKey
{
    Task<SiloAddress> Where();
}

public abstract class PlacedGrain : Grain
{
    public Task<SiloAddress> Where() => Task.FromResult(GrainContext.Address.SiloAddress!);
}

[LastSilo]
public sealed class PlacedLastGrain : PlacedGrain, IPlacedGrain;

[PreferLocalPlacement]
public sealed class PlacedLocallyGrain : PlacedGrain, IPlacedGrain;

[RandomPlacement]
public sealed class PlacedRandomlyGrain : PlacedGrain, IPlacedGrain;

[NamedSilo]
[RandomPlacement]
public sealed class PlacedByNameGrain : PlacedGrain, IPlacedGrain;

[AttributeUsage(AttributeTargets.Class)]
public sealed class LastSiloAttribute() : PlacementAttribute(new LastSiloPlacement());

[GenerateSerializer]
public sealed class LastSiloPlacement : PlacementStrategy;

public sealed class LastSiloDirector : IPlacementDirector
{
    public static System.Collections.Concurrent.ConcurrentDictionary<string, (object? Context, SiloAddress LocalSilo)> Seen { get; } = new();

    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        Assert.IsType<LastSiloPlacement>(strategy);
        Seen[target.GrainIdentity.ToString()] = (target.RequestContextData?.GetValueOrDefault("ask"), context.LocalSilo);
        await Task.Yield();
        return context.GetCompatibleSilos(target).Max()!;
    }
}

[AttributeUsage(AttributeTargets.Class)]
public sealed class NamedSiloAttribute() : PlacementFilterAttribute(new NamedSiloFilter());

public sealed class NamedSiloFilter() : PlacementFilterStrategy(order: 0);

public sealed class NamedSiloDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    public static string Name { get; set; } = "";

    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos) =>
        silos.Where(silo => metadata.GetSiloMetadata(silo).Metadata.GetValueOrDefault("name") == Name);
}
