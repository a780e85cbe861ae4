using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>What the cluster shows of itself.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task Every_silo_shows_its_devices_and_what_is_reserved_on_them()
    {
        await using var world = await World.WithModel(options => options.SiloCount = 2);

        var view = await new Func<Task<ClusterView>>(world.ClusterGrain.View)
            .Until(view => view.Silos.Count == 2 && view.Silos.Sum(silo => silo.Replicas.Count(replica => replica.Phase == ReplicaPhase.Ready)) == 1);

        Assert.All(view.Silos, silo => Assert.Equal("fake0", Assert.Single(silo.Devices).DeviceId));
        Assert.Equal(Models.MemoryBytes, view.Silos.SelectMany(silo => silo.Devices).Sum(device => device.ReservedBytes));
    }

    [Fact]
    public async Task A_replica_lives_on_the_silo_that_was_granted()
    {
        await using var world = await World.WithModel(options =>
        {
            options.SiloCount = 3;
            options.Policy = new PoolPolicy { Standby = 3 };
        });

        var view = await new Func<Task<ClusterView>>(world.ClusterGrain.View)
            .Until(view => view.Silos.Count == 3 && view.Silos.All(silo => silo.Replicas.Any(replica => replica.Phase == ReplicaPhase.Ready)));

        Assert.All(view.Silos, silo => Assert.Equal(silo.SiloId, silo.Replicas.Single().SiloId));
        Assert.Equal(view.Silos.Select(silo => silo.SiloId).Order(), world.Studio.Loads.Select(load => load.SiloId).Order());
    }

    [Fact]
    public async Task Room_that_a_lost_pool_asked_for_does_not_keep_the_next_one_out()
    {
        await using var world = await World.Start(options => options.Change<LivenessOptions>(liveness => liveness.ReservationKept = TimeSpan.FromHours(1)));
        await new Func<Task<DeviceGrant>>(() => world.ClusterGrain.Reserve(new DeviceRequest("emoji@v/7", "emoji", Models.MemoryBytes, null)))
            .Until(grant => grant.DeviceId is not null);

        await world.AddModel();

        await world.Pool(pool => pool.StandbyCount == 1);
    }

    [Fact]
    public async Task A_devices_memory_is_never_overbooked()
    {
        await using var world = await World.WithModel();
        await world.AddModel(folder: "/models/another");

        var pool = await world.Pool(pool => pool.DeficitReason?.StartsWith("no device has 100 B free", StringComparison.Ordinal) == true, "another");

        Assert.Empty(pool.Replicas);
        Assert.Single(world.Studio.Loads);
    }

    [Fact]
    public async Task Grain_statistics_count_calls_and_activations_by_name()
    {
        await using var world = await World.WithModel();
        await world.Finished((await world.Submit("a red apple")).Record.Id);

        var statistics = await new Func<Task<IReadOnlyList<GrainTypeStatistics>>>(world.ClusterGrain.GrainStatistics)
            .Until(found => found.FirstOrDefault(grain => grain.GrainType == "Job") is { Activations: 1, Calls: > 3 });

        Assert.Equal(["Catalog", "Cluster", "Job", "Model", "Scheduler", "Tenant"], statistics.Select(grain => grain.GrainType));
        Assert.All(statistics, grain => Assert.True(grain.LatencyP99Milliseconds > 0, grain.GrainType));
        Assert.All(statistics, grain => Assert.Equal(0, grain.Failures));
    }
}
