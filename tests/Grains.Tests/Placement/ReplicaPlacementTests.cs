using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.MembershipService.SiloMetadata;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Where replicas come to live, and what is said when they can live nowhere.</summary>
public sealed class ReplicaPlacementTests
{
    private static readonly DeviceNeeds Eu = new() { Labels = new Dictionary<string, string> { ["zone"] = "eu" } };

    [Fact]
    public async Task Replicas_live_only_where_the_labels_are()
    {
        await using var world = await World.WithModel(options =>
        {
            options.SiloCount = 3;
            options.DeviceOf = (silo, device) => silo == 1 ? InEu(device) : device;
            options.Policy = new PoolPolicy { Standby = 1, Needs = Eu };
        });
        await Silos(world, 3);
        await world.Catalog.SetPolicy("emoji", new PoolPolicy { Standby = 3, Needs = Eu });

        var pool = await world.Pool(pool => pool.DeficitReason == "every device with zone=eu has a replica of emoji already");

        Assert.Equal(DeviceIn(await world.ClusterGrain.View()), Assert.Single(pool.Replicas).SiloId);
    }

    [Fact]
    public async Task A_job_whose_kind_of_device_is_missing_is_refused_with_what_there_is()
    {
        await using var world = await World.Start();
        await world.AddModel(new PoolPolicy { Needs = new() { Provider = "cuda" } });
        await world.Pool(pool => pool.DeficitReason?.StartsWith("emoji needs", StringComparison.Ordinal) == true);

        var no = await Assert.ThrowsAsync<DiffusionException>(() => world.Submit("one"));

        Assert.Equal(ErrorCode.DoesNotFit, no.Refusal.Code);
        Assert.Equal("emoji needs a cuda device: no device is cuda; there is 1 cpu device.", no.Refusal.Message);
    }

    [Fact]
    public async Task A_pool_that_wants_no_replica_knows_too_that_it_could_have_none()
    {
        await using var world = await World.Start();
        await Silos(world, 1);
        await world.AddModel(new PoolPolicy { Min = 0, Standby = 0, Needs = Eu });

        var no = await new Func<Task<Refusal?>>(() => world.Scheduler().Admits(Asked("one"))).Until(refusal => refusal is not null);
        await world.Catalog.SetPolicy("emoji", new PoolPolicy { Min = 0, Standby = 0 });
        await new Func<Task<Refusal?>>(() => world.Scheduler().Admits(Asked("two"))).Until(refusal => refusal is null);

        Assert.Equal("emoji needs a device with zone=eu: no device has zone=eu; none has a label zone.", no!.Message);
    }

    [Fact]
    public async Task A_job_that_was_accepted_waits_for_its_device_to_come_back_and_then_says_what_is_missing()
    {
        await using var world = await World.WithModel(options =>
        {
            options.SiloCount = 2;
            options.DeviceOf = (silo, device) => silo == 1 ? InEu(device) : device;
            options.Policy = new PoolPolicy { Needs = Eu };
            options.Change<PoolOptions>(pools => pools.DevicesAwaited = TimeSpan.FromSeconds(1));
        });
        await Silos(world, 2);
        var start = world.HoldAtStep("a red apple", 1);
        var submitted = await world.Submit("a red apple");
        await start.Reached;

        await world.Cluster.KillSiloAsync(world.SiloOf(DeviceIn(await world.ClusterGrain.View())));
        start.Open();
        var queued = await new Func<Task<JobView?>>(() => world.Client.GetAsync(submitted.Record.Id))
            .Until(job => job!.Record.Status == JobStatus.Queued);
        var failed = await world.Finished(submitted.Record.Id);

        Assert.NotNull(queued);
        Assert.Equal((JobStatus.Failed, ErrorCode.DoesNotFit), (failed.Status, failed.Error!.Code));
        Assert.Equal("emoji needs a device with zone=eu: no device has zone=eu; none has a label zone.", failed.Error.Message);
    }

    [Fact]
    public async Task Replicas_on_devices_that_a_new_policy_rules_out_move()
    {
        await using var world = await World.Start(options =>
        {
            options.SiloCount = 2;
            options.DeviceBytes = Models.MemoryBytes;
            options.DeviceOf = (silo, device) => silo == 1 ? InEu(device) : device with { MemoryBytes = 2 * Models.MemoryBytes };
        });
        var eu = DeviceIn(await Silos(world, 2));
        await world.AddModel();
        var before = await world.Pool(pool => pool.StandbyCount == 1);

        await world.Catalog.SetPolicy("emoji", new PoolPolicy { Needs = Eu });
        var after = await world.Pool(pool => pool.StandbyCount == 1 && pool.Replicas.All(replica => replica.SiloId == eu));

        Assert.NotEqual(eu, before.Replicas.Single().SiloId);
        Assert.Single(after.Replicas);
    }

    [Fact]
    public async Task A_replica_comes_back_to_the_silo_that_has_its_weights_whatever_is_free_elsewhere()
    {
        await using var world = await World.Start(options =>
        {
            options.SiloCount = 3;
            options.DeviceOf = (silo, device) => silo == 1 ? InEu(device) : device with { MemoryBytes = 9 * Models.MemoryBytes };
        });
        var eu = DeviceIn(await Silos(world, 3));
        await world.AddModel(new PoolPolicy { Needs = Eu });
        await world.Pool(pool => pool.StandbyCount == 1);
        await world.Catalog.SetPolicy("emoji", new PoolPolicy { Min = 0, Standby = 0, KeepAlive = TimeSpan.Zero });
        await world.Pool(pool => pool.Replicas.Count == 0);
        await new Func<Task<ClusterView>>(world.ClusterGrain.View).Until(
            view => view.Silos.All(silo => silo.Replicas.Count == 0 && silo.WarmVersions.Count == (silo.SiloId == eu ? 1 : 0)));

        await world.Catalog.SetPolicy("emoji", new PoolPolicy());
        var pool = await world.Pool(pool => pool.StandbyCount == 1);

        Assert.Equal(eu, Assert.Single(pool.Replicas).SiloId);
        Assert.Equal([eu], (await world.ClusterGrain.View()).Silos.Where(silo => silo.WarmVersions.Count == 1).Select(silo => silo.SiloId));
    }

    [Fact]
    public async Task Nothing_about_a_replica_is_activated_on_a_silo_without_devices()
    {
        await using var world = await World.Start(options =>
        {
            options.SiloCount = 2;
            options.DevicesOf = silo => silo;
        });
        var without = (await Silos(world, 2)).Silos.Single(silo => silo.Devices.Count == 0).SiloId;

        foreach (var silo in world.Cluster.Silos)
            await new Func<Task<bool>>(() => Task.FromResult(KnowsAll(silo.ServiceProvider.GetRequiredService<ISiloMetadataCache>(), world)))
                .Until(knows => knows);

        for (var i = 0; i < 8; i++)
            Assert.NotEqual(without, (await world.Grains.GetGrain<IModelGrain>($"nobody@v/{i}").View().Soon()).SiloId);
    }

    private static bool KnowsAll(ISiloMetadataCache metadata, World world) =>
        world.Cluster.Silos.All(silo => metadata.GetSiloMetadata(silo.SiloAddress).Metadata.ContainsKey(DeviceSilos.Key));

    private static LocalDevice InEu(LocalDevice device) => device with { Labels = Eu.Labels };

    private static string DeviceIn(ClusterView view) => view.Silos.Single(silo => silo.Devices.Any(Eu.AreMetBy)).SiloId;

    private static Task<ClusterView> Silos(World world, int count) =>
        new Func<Task<ClusterView>>(world.ClusterGrain.View).Until(view => view.Silos.Count == count);

    private static QueuedJob Asked(string id) => new(id, GrainKeys.DefaultTenant, 1, 0, 1, AtHead: false);
}
