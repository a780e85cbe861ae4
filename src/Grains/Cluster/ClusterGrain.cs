using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>
/// The inventory of silos and devices. It has no state of its own: whatever it forgets by moving, the next heartbeats
/// tell it again. Searches and sweeps run beside the requests, so that a heartbeat never waits for them.
/// </summary>
[KeepAlive]
internal sealed partial class ClusterGrain(IJobStore store, TimeProvider time, IOptions<LivenessOptions> options, ILogger<ClusterGrain> logger)
    : Grain, IClusterGrain
{
    private readonly Inventory _inventory = new(time, options.Value);
    private readonly CallStatistics _calls = new();
    private RecoverySweep? _sweep;
    private bool _isLooking;

    public override Task OnActivateAsync(CancellationToken cancellation)
    {
        _sweep = new RecoverySweep(GrainFactory, store, options.Value, time, logger);
        var interval = options.Value.HeartbeatInterval;
        this.RegisterGrainTimer(_ => LookForLost(), new GrainTimerCreationOptions(interval, interval) { KeepAlive = true, Interleave = true });
        return Task.CompletedTask;
    }

    public Task Heartbeat(SiloStatus silo, IReadOnlyList<GrainCallCounts> calls)
    {
        _inventory.Heard(silo);
        _calls.Heard(silo.SiloId, calls);
        _sweep!.StartFirst();
        return Task.CompletedTask;
    }

    public Task<DeviceGrant> Reserve(DeviceRequest request)
    {
        var choice = _inventory.Reserve(request.ReplicaId, request.Model, request.MemoryBytes);
        return Task.FromResult(new DeviceGrant(choice.Device?.SiloId, choice.Device?.DeviceId, choice.RefusedBecause));
    }

    public Task Release(string replicaId)
    {
        _inventory.Release(replicaId);
        return Task.CompletedTask;
    }

    public Task Sweep()
    {
        _sweep!.Start();
        return Task.CompletedTask;
    }

    public Task<ClusterView> View() => Task.FromResult(new ClusterView(_inventory.Silos, time.GetUtcNow()));

    public async Task<IReadOnlyList<GrainTypeStatistics>> GrainStatistics()
    {
        var activations = await GrainFactory.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        var byName = activations
            .GroupBy(found => GrainNames.OfClass(found.GrainType))
            .ToDictionary(group => group.Key, group => group.Sum(found => found.ActivationCount));
        return _calls.Read(byName);
    }

    /// <summary>Finds silos that are gone, tells every pool, and lets the sweep find what nobody remembers any more.</summary>
    private async Task LookForLost()
    {
        if (_isLooking) return;
        _isLooking = true;
        try
        {
            var members = await Members();
            foreach (var silo in _inventory.TakeLost(id => members is null || members.Contains(id)))
            {
                Log.SiloLost(logger, silo.SiloId, silo.Replicas.Count);
                _calls.Lost(silo.SiloId);
                await TellOf(silo);
                _sweep!.Start();
            }
        }
        catch (Exception problem)
        {
            Log.LookFailed(logger, problem);
        }
        finally
        {
            _isLooking = false;
        }
    }

    /// <summary>Pools know the newest leases, the last heartbeat knows most of them even when the pool's own silo died too.</summary>
    private async Task TellOf(SiloStatus lost)
    {
        var pools = lost.Replicas.Select(replica => replica.Model).Distinct(StringComparer.Ordinal);
        await Task.WhenAll(pools.Select(model => Tell(model, () => GrainFactory.GetGrain<ISchedulerGrain>(model).SiloLost(lost.SiloId))));
        var held = lost.Replicas.SelectMany(replica => replica.ActiveJobs.Select(job => (Job: job, replica.ReplicaId)));
        await Task.WhenAll(held.Select(lease => Tell(lease.Job, () => GrainFactory.GetGrain<IJobGrain>(lease.Job).HolderLost(lease.ReplicaId, lost.SiloId))));
    }

    /// <summary>The sweep that follows finds what was missed.</summary>
    private Task Tell(string about, Func<Task> message) => Message.Try(message, about, logger);

    /// <summary>Null when the membership cannot be read: then heartbeats alone count.</summary>
    private async Task<HashSet<string>?> Members()
    {
        try
        {
            var hosts = await GrainFactory.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
            return hosts.Keys.Select(SiloName.Of).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception problem)
        {
            Log.LookFailed(logger, problem);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Warning, "{SiloId} is lost with {ReplicaCount} replicas")]
        public static partial void SiloLost(ILogger logger, string siloId, int replicaCount);

        [LoggerMessage(4002, LogLevel.Warning, "The search for lost silos failed")]
        public static partial void LookFailed(ILogger logger, Exception problem);
    }
}
