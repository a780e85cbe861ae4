using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Weights that silos hold before anybody asks them to load.</summary>
public sealed class WeightsStandbyTests
{
    [Fact]
    public async Task Another_silo_is_told_to_hold_the_weights_without_a_request_and_the_next_replica_is_put_there()
    {
        var shelves = new Shelves();
        await using var world = await WithReplica(shelves, new PoolPolicy { Standby = 0, WeightsStandby = 1 });
        var loaded = (await world.Pool(pool => pool.Replicas.Count == 1)).Replicas.Single().SiloId;
        var holder = shelves.All.Select(shelf => shelf.SiloId).Where(id => id != loaded).Max(StringComparer.Ordinal)!;
        shelves.Of(holder).DiskBytes = 2000; // So that not even by name it would be the next.
        await new Func<Task<ClusterView>>(world.ClusterGrain.View).Until(view => view.Silos.Any(silo => silo.Weights!.DiskBytes == 2000));
        shelves.Of(loaded).Fill(Import(world), WeightsTier.Disk);

        var held = await Weights(world, weights => weights.DiskCount == 1);
        Assert.Equal([holder], shelves.All.Where(shelf => shelf.Orders.Disk.Count > 0).Select(shelf => shelf.SiloId));
        await world.Catalog.SetPolicy("emoji", new PoolPolicy { Min = 2, Standby = 0, WeightsStandby = 1 });
        var pool = await world.Pool(pool => pool.Replicas.Count(replica => replica.Phase == ReplicaPhase.Ready) == 2);

        Assert.Equal(new WeightsStandbyView("emoji", Import(world), 1, 1, 0, 100), held);
        Assert.Equal(new[] { loaded, holder }.Order(), pool.Replicas.Select(replica => replica.SiloId).Order());
    }

    [Fact]
    public async Task Once_the_silo_with_the_weights_has_a_replica_the_last_one_gets_them_and_keeps_them_in_memory()
    {
        var shelves = new Shelves { MemoryBytes = 100 };
        await using var world = await WithReplica(shelves, new PoolPolicy { Min = 2, Standby = 0, WeightsStandby = 1 });
        var pool = await world.Pool(pool => pool.Replicas.Count(replica => replica.Phase == ReplicaPhase.Ready) == 2);
        foreach (var replica in pool.Replicas) shelves.Of(replica.SiloId).Fill(Import(world), WeightsTier.Disk);

        Assert.Equal(new WeightsStandbyView("emoji", Import(world), 1, 1, 1, 100), await Weights(world, weights => weights.MemoryCount == 1));
        var last = shelves.All.Single(shelf => pool.Replicas.All(replica => replica.SiloId != shelf.SiloId));
        Assert.Equal(new WeightsOrders([Import(world)], [Import(world)]), last.Orders);
    }

    [Fact]
    public async Task A_pool_that_is_paused_lets_the_memory_go()
    {
        var shelves = new Shelves { MemoryBytes = 100 };
        await using var world = await WithReplica(shelves, new PoolPolicy { Standby = 0, WeightsStandby = 2 });
        shelves.Of((await world.Pool(pool => pool.Replicas.Count == 1)).Replicas.Single().SiloId).Fill(Import(world), WeightsTier.Disk);
        await Weights(world, weights => weights.MemoryCount == 2);

        await world.Catalog.SetPolicy("emoji", new PoolPolicy { Min = 0, Max = 0, Standby = 0, WeightsStandby = 2 });

        var after = await Weights(world, weights => weights.MemoryCount == 0);
        Assert.Equal(0, after.Target);
        Assert.All(shelves.All, shelf => Assert.Equal(WeightsOrders.None, shelf.Orders));
    }

    private static string Import(World world) => $"{world.Models.List(default).Result.Single().Version}-cpu";

    private static async Task<World> WithReplica(Shelves shelves, PoolPolicy policy)
    {
        var world = await World.Start(options =>
        {
            options.SiloCount = 3;
            options.AddEach<IHeldWeights>(shelves.Add);
            options.Change<ScalingOptions>(scaling => scaling.Interval = TimeSpan.FromMilliseconds(50));
        });
        await world.AddModel(policy);
        await new Func<Task<ClusterView>>(world.ClusterGrain.View).Until(view => view.Silos.Count == 3);
        return world;
    }

    private static async Task<WeightsStandbyView> Weights(World world, Func<WeightsStandbyView, bool> isExpected)
    {
        var view = await new Func<Task<ClusterView>>(world.ClusterGrain.View).Until(view => view.Weights is [var only] && isExpected(only));
        return view.Weights!.Single();
    }

    /// <summary>The silos' caches. What one is told to hold is there at once.</summary>
    private sealed class Shelves
    {
        private readonly List<Shelf> _all = [];

        public long MemoryBytes { get; init; }

        public IReadOnlyList<Shelf> All
        {
            get
            {
                lock (_all) return [.. _all];
            }
        }

        public Shelf Add(IServiceProvider services)
        {
            var shelf = new Shelf(services, MemoryBytes);
            lock (_all) _all.Add(shelf);
            return shelf;
        }

        public Shelf Of(string siloId) => All.Single(shelf => shelf.SiloId == siloId);
    }

    private sealed class Shelf(IServiceProvider silo, long memoryBytes) : IHeldWeights
    {
        private readonly Dictionary<string, WeightsTier> _held = new(StringComparer.Ordinal);

        /// <summary>Known once it has an address.</summary>
        public string SiloId => silo.GetRequiredService<SiloName>().Id;

        public long DiskBytes { get; set; } = 1000;

        public WeightsOrders Orders { get; private set; } = WeightsOrders.None;

        public SiloWeights Weights
        {
            get
            {
                lock (_held)
                    return new SiloWeights
                    {
                        DiskBytes = DiskBytes, MemoryBytes = memoryBytes, Held = [.. _held.Select(pair => new HeldWeights(pair.Key, 100, pair.Value))],
                    };
            }
        }

        public void Fill(string name, WeightsTier tier)
        {
            lock (_held) _held[name] = tier;
        }

        public void Want(WeightsOrders orders)
        {
            lock (_held)
            {
                Orders = orders;
                foreach (var name in _held.Keys.Concat(orders.Disk).Distinct().ToList())
                    _held[name] = orders.Memory.Contains(name) ? WeightsTier.Memory : WeightsTier.Disk;
            }
        }
    }
}
