using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// The mailbox of a replica. Its life runs on this activation beside the requests, which answer at once; it stays active
/// until its device is free again. An activation that nobody loaded anything into says so and leaves. The engine must not
/// move it: its weights lie on this silo's device.
/// </summary>
[ReplicaPlacement, OnDeviceSilos, KeepAlive, Immovable]
internal sealed class ModelGrain(
    IReplicaLoader loader, PictureStore pictures, LocalReplicas local, DeviceRoom room, DeviceFaults faults, SiloName silo, TimeProvider time,
    IOptions<ReplicaOptions> options, ILogger<ModelGrain> logger) : Grain, IModelGrain
{
    private static readonly TimeSpan LoadBeat = TimeSpan.FromMilliseconds(250);

    private Replica? _replica;
    private Task _life = Task.CompletedTask;
    private IGrainTimer? _beat;
    private TimeSpan _pace = LoadBeat;

    private string Id => this.GetPrimaryKeyString();

    public Task Load(LoadOrder order)
    {
        if (order.SiloId != silo.Id) throw Leave($"{Id} is active on {silo.Id}, not on {order.SiloId}."); // The pool names the next one otherwise.
        if (_replica is not null)
        {
            _replica.Changed(); // Asked again, as by a scheduler that has just come up.
            return Task.CompletedTask;
        }

        if (room.WhyNot(order) is { } reason) throw Leave(reason);
        _life = Live(order);
        return Task.CompletedTask;
    }

    public Task<bool> Assign(JobLease lease) => Task.FromResult(Loaded()?.TryAdd(lease) ?? false);

    public Task Cancel(string jobId, long epoch)
    {
        Loaded()?.Cancel(jobId, epoch);
        return Task.CompletedTask;
    }

    public Task Drain(bool finishRunning)
    {
        Loaded()?.Drain(finishRunning);
        return Task.CompletedTask;
    }

    public Task Unload() => Drain(finishRunning: false);

    public Task<ReplicaStatus> View() => Task.FromResult(Loaded()?.Status ?? Nothing());

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellation)
    {
        _replica?.Drain(finishRunning: false);
        await _life.WaitAsync(cancellation);
    }

    private InvalidOperationException Leave(string reason)
    {
        DeactivateOnIdle();
        return new InvalidOperationException(reason);
    }

    private Replica? Loaded()
    {
        if (_replica is null) DeactivateOnIdle();
        return _replica;
    }

    private async Task Live(LoadOrder order)
    {
        using var replica = new Replica(Id, order, new ReplicaParts(loader, pictures, local, faults, time, options.Value, logger), GrainFactory);
        _replica = replica;
        using var beat = this.RegisterGrainTimer(_ => Beat(replica), new GrainTimerCreationOptions(LoadBeat, LoadBeat) { Interleave = true });
        _beat = beat;
        await replica.Live();
        _replica = null;
        DeactivateOnIdle();
    }

    /// <summary>Often while it loads, so that progress is seen; then as often as its silence would worry somebody.</summary>
    private Task Beat(Replica replica)
    {
        replica.Beat();
        var pace = replica.Status.Phase == ReplicaPhase.Ready ? options.Value.StatusInterval : LoadBeat;
        if (pace != _pace) _beat?.Change(pace, pace);
        _pace = pace;
        return Task.CompletedTask;
    }

    private ReplicaStatus Nothing() => new()
    {
        ReplicaId = Id,
        Model = GrainKeys.ModelOf(Id),
        SiloId = silo.Id,
        DeviceId = "",
        Phase = ReplicaPhase.Stopped,
        Since = time.GetUtcNow(),
    };
}
