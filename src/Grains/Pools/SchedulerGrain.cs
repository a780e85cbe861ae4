using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>
/// The pool of one model. Requests note what happened and answer at once; a loop on this very activation, one pass at a
/// time, hands jobs to replicas and keeps the standby. So a job may wait for its scheduler and a scheduler for a job
/// without the two ever waiting for each other.
/// </summary>
[KeepAlive, Immovable]
internal sealed partial class SchedulerGrain(
    Members members, IJobStore jobs, TimeProvider time, IOptions<PoolOptions> options, ILogger<SchedulerGrain> logger) : Grain, ISchedulerGrain
{
    private Pool? _pool;
    private PoolKeeper? _keeper;
    private bool _isDirty;
    private bool _isPassing;

    private Pool Pool => _pool!;

    private PoolKeeper Keeper => _keeper!;

    public override Task OnActivateAsync(CancellationToken cancellation)
    {
        _pool = new Pool(this.GetPrimaryKeyString(), time, options.Value);
        _keeper = new PoolKeeper(_pool, GrainFactory, members, jobs, time, options.Value, logger) { Kick = Kick };
        var interval = options.Value.ReconcileInterval;
        this.RegisterGrainTimer(_ => Noted(), new GrainTimerCreationOptions(interval, interval) { KeepAlive = true, Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellation)
    {
        DiffusionMeter.PoolLeft(Pool.Model);
        return Task.CompletedTask;
    }

    public Task<Refusal?> Admits(QueuedJob job) => Task.FromResult(Pool.Admits(job));

    public Task<EnqueueAnswer> Enqueue(QueuedJob job)
    {
        var place = Pool.Enqueue(job);
        Kick();
        return Task.FromResult(new EnqueueAnswer(place, null));
    }

    public Task Withdraw(string jobId)
    {
        Pool.Withdraw(jobId);
        return Noted();
    }

    public Task ReplicaChanged(ReplicaStatus status)
    {
        Pool.Saw(status);
        return Noted();
    }

    public Task LeaseEnded(string replicaId, string jobId)
    {
        Pool.LeaseEnded(replicaId, jobId);
        return Noted();
    }

    public Task SiloLost(string siloId)
    {
        Keeper.SiloLost(siloId);
        return Noted();
    }

    public Task Poisoned(string reason)
    {
        Keeper.Poisoned(reason);
        return Noted();
    }

    public Task<IReadOnlyList<ReplicaOffer>> Offers() => Task.FromResult(Pool.Offers());

    public Task<bool> Yield(string replicaId, string toModel) => Task.FromResult(Keeper.Yield(replicaId, toModel));

    public Task RoomMade()
    {
        Pool.NoRoomBecause = null;
        return Noted();
    }

    public Task SetPolicy(PoolPolicy policy)
    {
        Pool.Policy = policy;
        Keeper.ReadModelAgain();
        return Noted();
    }

    public Task Wake()
    {
        Keeper.ReadModelAgain();
        return Noted();
    }

    public Task Close()
    {
        Keeper.ReadModelAgain(); // The catalog forgot the model before it told us.
        return Noted();
    }

    public Task<PoolView> View() => Task.FromResult(Pool.View());

    private Task Noted()
    {
        Kick();
        return Task.CompletedTask;
    }

    private void Kick()
    {
        Keeper.HandOut(); // Not only in a pass: that one may be asking the cluster for room just now.
        _isDirty = true;
        if (!_isPassing) _ = Pass();
    }

    private async Task Pass()
    {
        _isPassing = true;
        await Task.Yield(); // Whoever kicked gets its answer first.
        while (_isDirty)
        {
            _isDirty = false;
            try
            {
                await Keeper.Pass();
            }
            catch (Exception problem)
            {
                Log.PassFailed(logger, Pool.Model, problem); // The timer brings the next one.
            }
        }

        _isPassing = false;
    }

    private static partial class Log
    {
        [LoggerMessage(2051, LogLevel.Warning, "A pass over the pool of {Model} failed")]
        public static partial void PassFailed(ILogger logger, string model, Exception problem);
    }
}
