using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Has replicas come and go as the pool's policy wants it: room from the cluster first, then the load.</summary>
internal sealed partial class ReplicaOrders(Pool pool, IGrainFactory grains, TimeProvider time, PoolOptions options, ILogger logger)
{
    /// <summary>More would make replicas late for the sake of what is rare.</summary>
    private const int UsualShapeCountMax = 3;

    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    private readonly DeviceWatch _devices = new(pool, grains, time, options);
    private DateTimeOffset _roomAskedAt;

    private IClusterGrain Cluster => grains.GetGrain<IClusterGrain>(GrainKeys.Cluster);

    /// <summary>Orders what is missing, as far as there is room, and sends away what is too much.</summary>
    public async Task Scale(ModelEntry model)
    {
        foreach (var replica in await _devices.Misplaced(model)) Retire(replica, finishRunning: true);
        if (pool.Replicas.Any(replica => !replica.IsRetiring)) pool.Prospects.Fits(time.GetUtcNow());

        var plan = pool.Plan(asIfRoom: true);
        foreach (var id in plan.Retire)
            if (pool.Find(id) is { } replica) Retire(replica, finishRunning: true);

        for (var missing = plan.AddCount; missing > 0; missing--)
            if (!await Order(model, isForDemand: plan.NeededCount > pool.Replicas.Count(replica => !replica.IsRetiring))) return;
    }

    /// <summary>Whatever is not of this version goes; a model that is gone does not even finish its jobs.</summary>
    public void RetireOthers(string? version)
    {
        foreach (var other in pool.Replicas.Where(replica => !replica.IsRetiring && GrainKeys.VersionOf(replica.Id) != version).ToList())
            Retire(other, finishRunning: version is not null);
    }

    public async Task ReleaseStopped()
    {
        foreach (var id in pool.TakeStopped()) await Cluster.Release(id);
    }

    /// <summary>A replica speaks every few seconds. One that does not may have died without its silo.</summary>
    public void AskSilent()
    {
        var now = time.GetUtcNow();
        foreach (var replica in pool.Replicas.Where(replica => now - replica.HeardAt > SilenceMax).ToList())
        {
            replica.HeardAt = now; // Asked again after the next silence.
            _ = Message.Try(async () => pool.Saw(await Replica(replica.Id).View()), replica.Id, logger);
        }
    }

    /// <summary>Asks for room and has a replica loaded there. False when there is no room.</summary>
    /// <param name="model">To load.</param>
    /// <param name="isForDemand">A job waits for it, and nothing that there is or comes will do.</param>
    private async Task<bool> Order(ModelEntry model, bool isForDemand)
    {
        if (pool.NoRoomBecause is not null && time.GetUtcNow() - _roomAskedAt < options.ReconcileInterval) return false;

        _roomAskedAt = time.GetUtcNow();
        var id = pool.NextReplicaId(model.Version);
        var grant = await Cluster.Reserve(new DeviceRequest(
            id, model.Name, model.MemoryBytes, model.Policy.Needs, isForDemand, pool.WorthOfNext(model.MemoryBytes), model.Measured));
        if (grant is not { SiloId: { } silo, DeviceId: { } device })
        {
            pool.NoRoomBecause = grant.RefusedBecause;
            await _devices.Look(model);
            return false;
        }

        pool.NoRoomBecause = null;
        pool.Prospects.Fits(time.GetUtcNow());
        var order = new LoadOrder(model, silo, device, [.. pool.Shapes.Most(UsualShapeCountMax)], grant.MemoryBytes);
        pool.Ordered(new ReplicaStatus
        {
            ReplicaId = id,
            Model = model.Name,
            SiloId = silo,
            DeviceId = device,
            Phase = ReplicaPhase.Provisioning,
            MemoryBytes = order.RoomBytes,
            Since = DateTimeOffset.MinValue, // Whatever it says itself is newer.
        });
        return await Load(id, order);
    }

    private async Task<bool> Load(string id, LoadOrder order)
    {
        try
        {
            Log.Ordered(logger, id, order.SiloId, order.DeviceId);
            RequestContext.Set(GrainKeys.PlacementSilo, order.SiloId);
            await Replica(id).Load(order);
            return true;
        }
        catch (Exception problem)
        {
            Log.NotOrdered(logger, id, order.SiloId, problem);
            pool.Forget(id);
            pool.NoRoomBecause = $"the silo {order.SiloId} could not be reached";
            await Cluster.Release(id);
            return false;
        }
        finally
        {
            RequestContext.Remove(GrainKeys.PlacementSilo);
        }
    }

    public void Retire(PooledReplica replica, bool finishRunning)
    {
        replica.IsRetiring = true;
        Log.Retiring(logger, replica.Id);
        _ = Message.Try(() => finishRunning ? Replica(replica.Id).Drain(finishRunning) : Replica(replica.Id).Unload(), replica.Id, logger);
    }

    private IModelGrain Replica(string id) => grains.GetGrain<IModelGrain>(id);

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Information, "{ReplicaId} is ordered on {SiloId}/{DeviceId}")]
        public static partial void Ordered(ILogger logger, string replicaId, string siloId, string deviceId);

        [LoggerMessage(2102, LogLevel.Warning, "{ReplicaId} could not be ordered on {SiloId}")]
        public static partial void NotOrdered(ILogger logger, string replicaId, string siloId, Exception problem);

        [LoggerMessage(2103, LogLevel.Information, "{ReplicaId} is told to go")]
        public static partial void Retiring(ILogger logger, string replicaId);
    }
}
