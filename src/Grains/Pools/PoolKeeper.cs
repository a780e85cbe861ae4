using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Does what a pool needs done elsewhere, one pass at a time and outside of any request, so that nobody who waits for
/// the scheduler is waited for. After every await the pool is asked anew.
/// </summary>
internal sealed partial class PoolKeeper(
    Pool pool, IGrainFactory grains, Members members, IJobStore jobs, TimeProvider time, PoolOptions options, ILogger logger)
{
    private static readonly TimeSpan LearnAgainAfter = TimeSpan.FromSeconds(30);

    private readonly ReplicaOrders _orders = new(pool, grains, time, options, logger);
    private readonly List<QueueEntry> _notHandedOver = [];
    private readonly Dictionary<string, QueuePlace> _told = new(StringComparer.Ordinal);
    private ModelEntry? _model;
    private bool _isRestored;
    private bool _hasLearned;
    private DateTimeOffset _learnAfter;
    private bool _mustReadModel = true;
    private DateTimeOffset _placesToldAt;

    /// <summary>Something may be done at once that the pass itself could not wait for.</summary>
    public required Action Kick { private get; init; }

    /// <summary>The catalog has news: another version, another policy, or none.</summary>
    public void ReadModelAgain() => _mustReadModel = true;

    public async Task Pass()
    {
        if (!_hasLearned && time.GetUtcNow() >= _learnAfter) _ = Learn(); // No pass waits for the database.
        if (_mustReadModel) await ReadModel();
        if (!_isRestored) await Restore();
        ForgetDead();
        QueueAgain();
        HandOut();
        _orders.AskSilent();
        await _orders.ReleaseStopped();
        if (_model is { } model) await _orders.Scale(model);
        AbandonHopeless();
        AbandonLate();
        TellPlaces();
        Show();
    }

    /// <summary>Sends waiting jobs to replicas that have room. Waits for nothing: who asks gets the next step going at once.</summary>
    public void HandOut()
    {
        while (pool.NextHandOver(members.IsLeaving) is { } next) _ = HandOverTo(next.Replica, next.Job);
    }

    /// <summary>Tells the jobs of a lost silo that their holders are gone.</summary>
    public void SiloLost(string siloId)
    {
        foreach (var (jobId, replicaId) in pool.SiloLost(siloId))
            _ = Message.Try(() => Job(jobId).HolderLost(replicaId, siloId), jobId, logger);
    }

    /// <summary>Nothing of this model runs until its quarantine is over: its jobs take their devices down with them.</summary>
    public void Poisoned(string reason)
    {
        Log.Poisoned(logger, pool.Model, reason);
        pool.Health.Poisoned(reason, time.GetUtcNow());
        _orders.RetireOthers(version: null);
    }

    /// <summary>Sends an idle replica away for a model that needs its room more.</summary>
    public bool Yield(string replicaId, string toModel)
    {
        if (pool.TakeYielded(replicaId, toModel) is not { } replica) return false;
        Log.Evicted(logger, replicaId, toModel);
        DiffusionMeter.Evicted(pool.Model, toModel);
        _orders.Retire(replica, finishRunning: true);
        return true;
    }

    private void ForgetDead()
    {
        foreach (var silo in pool.Replicas.Select(replica => replica.Status.SiloId).Distinct().Where(members.IsDead).ToList()) SiloLost(silo);
    }

    private async Task ReadModel()
    {
        _mustReadModel = false;
        try
        {
            var before = _model;
            _model = await grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).Find(pool.Model);
            if (_model is { } model) pool.Policy = model.Policy;
            if (before?.Version == _model?.Version) return;

            pool.Health.Forget();
            _orders.RetireOthers(_model?.Version);
        }
        catch
        {
            _mustReadModel = true;
            throw;
        }
    }

    /// <summary>A scheduler that comes up finds the replicas that live already, and has the unfinished jobs sent to it.</summary>
    private async Task Restore()
    {
        var cluster = grains.GetGrain<IClusterGrain>(GrainKeys.Cluster);
        await cluster.ReleaseUntaken(pool.Model); // Whoever asked for it before cannot order anything there any more.
        var view = await cluster.View();
        foreach (var replica in view.Silos.SelectMany(silo => silo.Replicas).Where(replica => replica.Model == pool.Model))
            if (pool.Find(replica.ReplicaId) is null && replica.Phase != ReplicaPhase.Stopped) pool.Saw(replica);
        _orders.RetireOthers(_model?.Version);
        await cluster.Sweep();
        _isRestored = true;
    }

    private async Task Learn()
    {
        _learnAfter = time.GetUtcNow() + LearnAgainAfter;
        try
        {
            var ended = await jobs.Ended(pool.Model, options.LearnedCountMax, CancellationToken.None);
            if (_hasLearned) return;
            pool.Learn(ended.Select(span => (span.CreatedAt, span.FinishedAt)));
            _hasLearned = true;
        }
        catch (Exception problem)
        {
            Log.NotLearned(logger, pool.Model, problem);
        }
    }

    private async Task HandOverTo(PooledReplica replica, QueueEntry entry)
    {
        JobLease? lease = null;
        try
        {
            lease = await Job(entry.JobId).Lease(replica.Id, $"{replica.Status.SiloId}/{replica.Status.DeviceId}");
            if (lease is not null && await Replica(replica.Id).Assign(lease)) return;

            replica.IsSuspect |= lease is not null;
            replica.Ended(entry.JobId, time.GetUtcNow());
            if (lease is not null) await Job(entry.JobId).GiveBack(lease.Epoch, lease.Checkpoint);
            Kick();
        }
        catch (Exception problem)
        {
            Log.NotHandedOver(logger, entry.JobId, replica.Id, problem);
            replica.IsSuspect |= lease is not null;
            replica.Ended(entry.JobId, time.GetUtcNow());
            if (lease is null) _notHandedOver.Add(entry with { AtHead = true }); // At the next pass: at once it might fail at once again, forever.
            else _ = Message.Try(() => Job(entry.JobId).GiveBack(lease.Epoch, lease.Checkpoint), entry.JobId, logger);
        }
    }

    private void QueueAgain()
    {
        foreach (var entry in _notHandedOver) pool.Queue.Enqueue(entry, evenIfFull: true);
        _notHandedOver.Clear();
    }

    /// <summary>Nothing is ready, nothing is on its way, and nothing will be: better an error now than to wait forever.</summary>
    private void AbandonHopeless()
    {
        var reason = _model is null ? new Refusal(ErrorCode.ModelNotFound, $"The model {pool.Model} is not registered.") : pool.WaitsInVain();
        if (reason is null) return;
        foreach (var entry in pool.Queue.InOrder().ToList())
        {
            pool.Queue.Withdraw(entry.JobId);
            _ = Message.Try(() => Job(entry.JobId).Abandon(new JobError(reason.Code, reason.Message)), entry.JobId, logger);
        }
    }

    /// <summary>Nobody wants their pictures any more: the devices are for others.</summary>
    private void AbandonLate()
    {
        foreach (var jobId in pool.TakeLate())
            _ = Message.Try(() => Job(jobId).Abandon(new JobError(ErrorCode.DeadlineUnmet, "Its deadline passed while it waited.")), jobId, logger);
    }

    private void TellPlaces()
    {
        var now = time.GetUtcNow();
        if (now - _placesToldAt < options.PlacesToldInterval) return;
        _placesToldAt = now;
        var places = pool.Places(options.PlacesToldCountMax).ToDictionary(item => item.JobId, item => item.Place, StringComparer.Ordinal);
        foreach (var gone in _told.Keys.Where(id => !places.ContainsKey(id)).ToList()) _told.Remove(gone);
        foreach (var (jobId, place) in places)
        {
            if (_told.TryGetValue(jobId, out var told) && told == place) continue;
            _told[jobId] = place;
            _ = Message.Try(() => Job(jobId).Placed(place), jobId, logger);
        }
    }

    private void Show()
    {
        var view = pool.View();
        var phases = view.Replicas.GroupBy(replica => replica.Phase).ToDictionary(group => group.Key.ToString().ToLowerInvariant(), group => group.LongCount());
        DiffusionMeter.PoolChanged(new PoolFigures(
            view.Model, view.QueuedCount, view.RunningCount, view.StandbyCount, Math.Max(0, view.StandbyTarget - view.StandbyCount), phases));
    }

    private IJobGrain Job(string id) => grains.GetGrain<IJobGrain>(id);

    private IModelGrain Replica(string id) => grains.GetGrain<IModelGrain>(id);

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Warning, "{JobId} could not be handed to {ReplicaId}")]
        public static partial void NotHandedOver(ILogger logger, string jobId, string replicaId, Exception problem);

        [LoggerMessage(2004, LogLevel.Warning, "{Model}: what was asked for before could not be read; it is tried again")]
        public static partial void NotLearned(ILogger logger, string model, Exception problem);

        [LoggerMessage(2003, LogLevel.Information, "{ReplicaId} leaves: {Model} needs its room more")]
        public static partial void Evicted(ILogger logger, string replicaId, string model);

        [LoggerMessage(2002, LogLevel.Error, "{Model} is left alone for a while: {Reason}")]
        public static partial void Poisoned(ILogger logger, string model, string reason);
    }
}
