using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>
/// The inventory of silos and devices. It has no state of its own: whatever it forgets by moving, the next heartbeats
/// tell it again. Searches, sweeps and the deletion of what is old run beside the requests, so that a heartbeat never
/// waits for them.
/// </summary>
[KeepAlive, Immovable]
internal sealed partial class ClusterGrain(
    IJobStore store,
    IArtifactStore artifacts,
    Members members,
    TimeProvider time,
    IOptions<LivenessOptions> options,
    IOptions<RetentionOptions> retention,
    IOptions<ScalingOptions> scaling,
    IEnumerable<INodeProvisioner> provisioners,
    ILogger<ClusterGrain> logger) : Grain, IClusterGrain
{
    private readonly Inventory _inventory = new(time, options.Value);
    private readonly CallStatistics _calls = new();
    private RecoverySweep? _sweep;
    private SiloDemand? _demand;
    private WeightsDemand? _weights;
    private RoomMaker? _room;

    public override Task OnActivateAsync(CancellationToken cancellation)
    {
        _sweep = new RecoverySweep(GrainFactory, store, options.Value, time, logger);
        var old = new RetentionSweep(store, artifacts, retention.Value, time, logger);
        _room = new RoomMaker(GrainFactory, _inventory, scaling.Value, time, logger);
        _weights = new WeightsDemand(_inventory, time);
        _demand = new SiloDemand(GrainFactory, _inventory, _weights, provisioners.FirstOrDefault(), scaling.Value, logger);
        Every(options.Value.HeartbeatInterval, LookForLost);
        Every(retention.Value.Interval, old.Start);
        Every(scaling.Value.Interval, _demand.Start);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellation)
    {
        _demand?.End();
        return Task.CompletedTask;
    }

    public Task<WeightsOrders?> Heartbeat(SiloStatus silo, IReadOnlyList<GrainCallCounts> calls)
    {
        _inventory.Heard(silo);
        _calls.Heard(silo.SiloId, calls);
        _sweep!.StartFirst();
        TellOfRoom(_inventory.MayMoveIn(silo.SiloId));
        return Task.FromResult(silo.Weights is null ? null : _weights!.OrdersFor(silo.SiloId));
    }

    public Task<DeviceGrant> Reserve(DeviceRequest request)
    {
        LookForLost();
        var choice = _inventory.Reserve(request.ReplicaId, request.Model, request.MemoryBytes, request.Needs, request.Measured);
        if (choice.Device is null) _room!.Start(request);
        return Task.FromResult(
            new DeviceGrant(choice.Device?.SiloId, choice.Device?.DeviceId, choice.RefusedBecause, _inventory.BytesOf(request.ReplicaId)));
    }

    public Task Release(string replicaId)
    {
        TellOfRoom(_inventory.Release(replicaId));
        return Task.CompletedTask;
    }

    public Task ReleaseUntaken(string model)
    {
        TellOfRoom(_inventory.ReleaseUntaken(model));
        return Task.CompletedTask;
    }

    public Task Sweep()
    {
        LookForLost();
        _sweep!.Start();
        return Task.CompletedTask;
    }

    public Task<ClusterView> View()
    {
        LookForLost();
        return Task.FromResult(new ClusterView(_inventory.Silos, time.GetUtcNow(), _weights!.View()));
    }

    public async Task<IReadOnlyList<GrainTypeStatistics>> GrainStatistics()
    {
        var activations = await GrainFactory.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        var byName = activations
            .GroupBy(found => GrainNames.OfClass(found.GrainType))
            .ToDictionary(group => group.Key, group => group.Sum(found => found.ActivationCount));
        return _calls.Read(byName);
    }

    private void Every(TimeSpan interval, Action look) => this.RegisterGrainTimer(
        _ =>
        {
            look();
            return Task.CompletedTask;
        },
        new GrainTimerCreationOptions(interval, interval) { KeepAlive = true, Interleave = true });

    private void TellOfRoom(IReadOnlyList<string> models)
    {
        foreach (var model in models) _ = Message.Try(() => GrainFactory.GetGrain<ISchedulerGrain>(model).RoomMade(), model, logger);
    }

    /// <summary>Forgets silos that are gone, tells every pool, and lets the sweep find what nobody remembers any more.</summary>
    private void LookForLost()
    {
        foreach (var silo in _inventory.TakeLost(members.IsDead))
        {
            Log.SiloLost(logger, silo.SiloId, silo.Replicas.Count);
            _calls.Lost(silo.SiloId);
            TellOf(silo);
            _sweep!.Start();
        }
    }

    /// <summary>
    /// Pools know the newest leases, the last heartbeat knows most of them even when the pool's own silo died too. What is not
    /// told, the sweep finds.
    /// </summary>
    private void TellOf(SiloStatus lost)
    {
        foreach (var model in lost.Replicas.Select(replica => replica.Model).Distinct(StringComparer.Ordinal))
            _ = Message.Try(() => GrainFactory.GetGrain<ISchedulerGrain>(model).SiloLost(lost.SiloId), model, logger);
        foreach (var (job, replica) in lost.Replicas.SelectMany(replica => replica.ActiveJobs.Select(job => (job, replica.ReplicaId))))
            _ = Message.Try(() => GrainFactory.GetGrain<IJobGrain>(job).HolderLost(replica, lost.SiloId), job, logger);
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Warning, "{SiloId} is lost with {ReplicaCount} replicas")]
        public static partial void SiloLost(ILogger logger, string siloId, int replicaCount);
    }
}
