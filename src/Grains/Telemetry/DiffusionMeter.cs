using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>The figures of docs/METRICS.md. One meter, so that a listener finds them all by its name.</summary>
public static class DiffusionMeter
{
    public const string Name = "OrleansDiffusion";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Accepted =
        Meter.CreateCounter<long>("od_jobs_accepted_total", "{job}", "Jobs that were committed.");

    private static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("od_jobs_refused_total", "{job}", "Submissions that were refused, by reason.");

    private static readonly Counter<long> Finished =
        Meter.CreateCounter<long>("od_jobs_finished_total", "{job}", "Jobs that reached a final state, by state.");

    private static readonly Counter<long> Requeued =
        Meter.CreateCounter<long>("od_jobs_requeued_total", "{job}", "Leases that ended without a result.");

    private static readonly Histogram<double> QueueSeconds =
        Meter.CreateHistogram<double>("od_job_queue_seconds", "s", "From accepted to the first lease.");

    private static readonly Histogram<double> JobSeconds =
        Meter.CreateHistogram<double>("od_job_seconds", "s", "From accepted to the final state.");

    private static readonly Histogram<double> StepSeconds =
        Meter.CreateHistogram<double>("od_step_seconds", "s", "One denoising step of one batch.");

    private static readonly Histogram<double> LoadSeconds =
        Meter.CreateHistogram<double>("od_load_seconds", "s", "From the order to load a model to Ready.");

    private static readonly Counter<long> LoadFailures =
        Meter.CreateCounter<long>("od_load_failures_total", "{load}", "Loads that failed.");

    private static readonly Counter<long> Pictures =
        Meter.CreateCounter<long>("od_pictures_total", "{picture}", "Pictures that were stored.");

    private static readonly Counter<long> DeletedJobs =
        Meter.CreateCounter<long>("od_jobs_deleted_total", "{job}", "Final jobs that were deleted for their age.");

    private static readonly Counter<long> DeletedPictures =
        Meter.CreateCounter<long>("od_pictures_deleted_total", "{picture}", "Pictures that were deleted after their last job.");

    private static readonly Counter<long> Evictions =
        Meter.CreateCounter<long>("od_evictions_total", "{replica}", "Idle replicas that left because another model needed their room.");

    private static readonly Counter<long> WeightsBytes =
        Meter.CreateCounter<long>("od_weights_bytes_total", "By", "Bytes of weights that loads found or fetched, by source.");

    private static readonly Counter<long> PeersDropped =
        Meter.CreateCounter<long>("od_weights_peers_dropped_total", "{peer}", "Silos that a fetch asked no more, by reason.");

    private static readonly Counter<long> CorruptChunks =
        Meter.CreateCounter<long>("od_weights_corrupt_chunks_total", "{chunk}", "Stored chunks that no longer matched their hash.");

    private static readonly ConcurrentDictionary<string, PoolFigures> Pools = new(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, long> WeightsHeldBytes = new(StringComparer.Ordinal);

    /// <summary>Nothing while the cluster's grain lives elsewhere.</summary>
    private static volatile IReadOnlyList<WeightsStandbyView> _weights = [];

    /// <summary>0 while the cluster's grain lives elsewhere.</summary>
    private static volatile int _desiredSilos;

    /// <summary>Every gauge by name; kept so that they live as long as the meter.</summary>
    internal static readonly IReadOnlyDictionary<string, Instrument> AllGauges = Gauges();

    internal static void JobAccepted(string model) => Accepted.Add(1, Tag("model", model));

    internal static void JobRefused(ErrorCode code) => Refused.Add(1, Tag("code", ErrorTable.Of(code).WireName));

    internal static void JobLeased(string model, TimeSpan waited) => QueueSeconds.Record(waited.TotalSeconds, Tag("model", model));

    internal static void JobRequeued(string model) => Requeued.Add(1, Tag("model", model));

    internal static void JobFinished(JobRecord job)
    {
        Finished.Add(1, Tag("model", job.Spec.Model), Tag("status", job.Status.ToString().ToLowerInvariant()));
        if (job.FinishedAt is { } end) JobSeconds.Record((end - job.CreatedAt).TotalSeconds, Tag("model", job.Spec.Model));
    }

    internal static void Stepped(string model, TimeSpan took) => StepSeconds.Record(took.TotalSeconds, Tag("model", model));

    internal static void Loaded(string model, TimeSpan took) => LoadSeconds.Record(took.TotalSeconds, Tag("model", model));

    internal static void LoadFailed(string model) => LoadFailures.Add(1, Tag("model", model));

    internal static void PictureStored(string model) => Pictures.Add(1, Tag("model", model));

    internal static void Evicted(string model, string forModel) => Evictions.Add(1, Tag("model", model), Tag("for_model", forModel));

    internal static void JobsDeleted(int count) => DeletedJobs.Add(count);

    internal static void PicturesDeleted(int count) => DeletedPictures.Add(count);

    /// <param name="source">cache, peer or origin.</param>
    /// <param name="bytes">How many.</param>
    public static void WeightsArrived(string source, long bytes) => WeightsBytes.Add(bytes, Tag("source", source));

    /// <param name="reason">corrupt or silent.</param>
    public static void PeerDropped(string reason) => PeersDropped.Add(1, Tag("reason", reason));

    public static void CorruptChunkFound() => CorruptChunks.Add(1);

    /// <summary>What this silo holds ahead or uses.</summary>
    /// <param name="diskBytes">Room taken in its cache.</param>
    /// <param name="memoryBytes">Of it, kept in memory.</param>
    public static void WeightsHeld(long diskBytes, long memoryBytes) =>
        (WeightsHeldBytes["disk"], WeightsHeldBytes["memory"]) = (diskBytes, memoryBytes);

    internal static void WeightsStandbyChanged(IReadOnlyList<WeightsStandbyView> weights) => _weights = weights;

    /// <summary>The gauges show what a pool said last, for as long as its scheduler lives here.</summary>
    internal static void PoolChanged(PoolFigures pool) => Pools[pool.Model] = pool;

    internal static void PoolLeft(string model) => Pools.TryRemove(model, out _);

    /// <summary>Shown for as long as the cluster's grain lives here, and by nobody else.</summary>
    internal static void DesiredSilosChanged(int count) => _desiredSilos = count;

    internal static void DesiredSilosLeft() => _desiredSilos = 0;

    private static Dictionary<string, Instrument> Gauges() => new Instrument[]
    {
        Gauge("od_queue_length", "{job}", "Jobs that wait.", pool => pool.QueuedCount),
        Gauge("od_jobs_running", "{job}", "Jobs that hold a lease.", pool => pool.RunningCount),
        Gauge("od_standby", "{replica}", "Replicas that are ready and idle.", pool => pool.StandbyCount),
        Gauge("od_standby_deficit", "{replica}", "Standby replicas that are missing.", pool => pool.StandbyDeficit),
        Meter.CreateObservableGauge("od_replicas", () => Pools.Values.SelectMany(OfPhases), "{replica}", "Replicas, by phase."),
        Meter.CreateObservableGauge("od_weights_standby_target", TargetsOfWeights, "{silo}", "Silos that shall hold a model's weights ahead."),
        Meter.CreateObservableGauge("od_weights_standby", TiersOfWeights, "{silo}", "Silos without a replica that hold a model's weights, by tier."),
        Meter.CreateObservableGauge("od_weights_held_bytes", BytesOfWeights, "By", "Weights that a silo holds, by tier."),
        Meter.CreateObservableGauge("od_desired_silos", DesiredSilosNow, "{silo}", "Silos that the cluster wants."),
    }.ToDictionary(gauge => gauge.Name);

    private static IEnumerable<Measurement<long>> DesiredSilosNow() => _desiredSilos is > 0 and var count ? [new(count)] : [];

    private static IEnumerable<Measurement<long>> TargetsOfWeights() =>
        _weights.Select(weights => new Measurement<long>(weights.Target, Tag("model", weights.Model)));

    private static IEnumerable<Measurement<long>> TiersOfWeights() => _weights.SelectMany(weights => new Measurement<long>[]
    {
        new(weights.DiskCount, Tag("model", weights.Model), Tag("tier", "disk")), new(weights.MemoryCount, Tag("model", weights.Model), Tag("tier", "memory")),
    });

    private static IEnumerable<Measurement<long>> BytesOfWeights() =>
        WeightsHeldBytes.Select(held => new Measurement<long>(held.Value, Tag("tier", held.Key)));

    private static ObservableGauge<long> Gauge(string name, string unit, string description, Func<PoolFigures, long> value) =>
        Meter.CreateObservableGauge(
            name, () => Pools.Values.Select(pool => new Measurement<long>(value(pool), Tag("model", pool.Model))), unit, description);

    private static IEnumerable<Measurement<long>> OfPhases(PoolFigures pool) =>
        pool.ReplicasByPhase.Select(phase => new Measurement<long>(phase.Value, Tag("model", pool.Model), Tag("phase", phase.Key)));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}

/// <summary>What the gauges show of one pool.</summary>
internal sealed record PoolFigures(
    string Model, int QueuedCount, int RunningCount, int StandbyCount, int StandbyDeficit, IReadOnlyDictionary<string, long> ReplicasByPhase);
