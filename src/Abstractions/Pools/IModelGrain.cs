using Orleans.Concurrency;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>
/// A replica: one model on one device. Keyed <c>model@version/ordinal</c>, placed on the silo that the cluster granted,
/// and kept active for as long as its pool wants it. It has no state of its own: a lost replica is a lost lease.
/// </summary>
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>Starts loading; answers at once. Phases are reported to the pool, up to Ready after a warm-up picture.</summary>
    Task Load(LoadOrder order);

    /// <summary>Takes a job into the active set. False when not ready, full or draining.</summary>
    Task<bool> Assign(JobLease lease);

    /// <summary>Stops a job at the next step boundary.</summary>
    [AlwaysInterleave]
    Task Cancel(string jobId, long epoch);

    /// <summary>Takes no new job; running ones finish, or are given back with a checkpoint at the next step boundary.</summary>
    Task Drain(bool finishRunning);

    /// <summary>Frees the device. Running jobs are given back.</summary>
    Task Unload();

    [AlwaysInterleave]
    Task<ReplicaStatus> View();
}

/// <summary>What to load where.</summary>
/// <param name="Model">Which model.</param>
/// <param name="SiloId">On which silo.</param>
/// <param name="DeviceId">On which of its devices.</param>
/// <param name="MemoryBytes">The room on the device that was granted; 0: see <see cref="RoomBytes"/>.</param>
/// <param name="Shapes">Which pictures are usual: one of each is drawn before it is ready. Null: of the model's own shape only.</param>
[GenerateSerializer]
public sealed record LoadOrder(
    [property: Id(0)] ModelEntry Model, [property: Id(1)] string SiloId, [property: Id(2)] string DeviceId, [property: Id(3)] PictureShape[]? Shapes = null,
    [property: Id(4)] long MemoryBytes = 0)
{
    /// <summary>The room that was granted; of an order without a grant, what the model is estimated to need.</summary>
    public long RoomBytes => MemoryBytes > 0 ? MemoryBytes : Model.MemoryBytes;
}
