using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Grains;

/// <summary>The cluster through its grains, for one tenant.</summary>
internal sealed class DiffusionClient(
    string tenantId, IClusterClient grains, IArtifactSource artifacts, GrainCalls calls, TimeProvider time) : IDiffusionClient
{
    public string TenantId => tenantId;

    public async Task<JobView> SubmitAsync(
        GenerationRequest request, SubmitOptions? options = null, CancellationToken cancellation = default)
    {
        var jobId = options?.IdempotencyKey is { } key ? JobId.FromIdempotencyKey(tenantId, key) : JobId.New(time, NewGuid);
        var submission = new JobSubmission(tenantId, request, SeedOf(jobId));
        var answer = await calls.Try(() => Job(jobId).Submit(submission), cancellation);
        return answer.Accepted ?? throw new DiffusionException(answer.Refused!);
    }

    public Task<JobView?> GetAsync(string jobId, CancellationToken cancellation = default) =>
        JobId.IsValid(jobId) ? calls.Try(() => Job(jobId).Get(tenantId), cancellation) : Task.FromResult<JobView?>(null);

    public async IAsyncEnumerable<JobEvent> WatchAsync(
        string jobId, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (!JobId.IsValid(jobId)) throw new DiffusionException(GrainWatch.NotFound(jobId));
        var watch = new GrainWatch(Job(jobId), jobId, tenantId, calls);
        await foreach (var happened in watch.ReadAsync(cancellation)) yield return happened;
    }

    public async Task<bool> CancelAsync(string jobId, CancellationToken cancellation = default)
    {
        if (await GetAsync(jobId, cancellation) is null) throw new DiffusionException(GrainWatch.NotFound(jobId));
        return await calls.Try(() => Job(jobId).Cancel(tenantId), cancellation);
    }

    public async Task<GenerationResult> GenerateAsync(
        GenerationRequest request, IProgress<JobEvent>? progress = null, CancellationToken cancellation = default)
    {
        var job = await SubmitAsync(request, null, cancellation);
        var final = await FinishAsync(job.Record.Id, progress, cancellation);
        if (final.Status != JobStatus.Succeeded) throw new DiffusionException(JobOutcome.RefusalOf(final));
        var pictures = new List<byte[]>(final.Artifacts.Count);
        foreach (var artifact in final.Artifacts) pictures.Add(await GetArtifactAsync(artifact.Id, cancellation));
        return new GenerationResult(final, pictures);
    }

    public async Task<byte[]> GetArtifactAsync(string artifactId, CancellationToken cancellation = default) =>
        await artifacts.ReadAsync(tenantId, artifactId, cancellation)
        ?? throw new DiffusionException(new Refusal(ErrorCode.NotFound, $"There is no picture {artifactId}."));

    public Task<JobList> ListJobsAsync(JobFilter? filter = null, CancellationToken cancellation = default) =>
        artifacts.ListAsync(tenantId, filter ?? new JobFilter(), cancellation);

    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation = default) => calls.Try(Catalog.List, cancellation);

    public async Task<AddModelAnswer> AddModelAsync(string folder, string? name = null, CancellationToken cancellation = default)
    {
        var answer = await calls.Try(() => Catalog.Add(folder, name, policy: null), cancellation);
        return answer.Refused is { } refused ? throw new DiffusionException(refused) : answer;
    }

    public async Task<ModelAddition> BeginAdditionAsync(string url, string? name = null, CancellationToken cancellation = default)
    {
        var answer = await calls.Try(() => Catalog.BeginAddition(url, name, policy: null), cancellation);
        return answer.Begun ?? throw new DiffusionException(answer.Refused!);
    }

    public Task<IReadOnlyList<ModelAddition>> ListAdditionsAsync(CancellationToken cancellation = default) =>
        calls.Try(Catalog.ListAdditions, cancellation);

    public Task<bool> CancelAdditionAsync(string id, CancellationToken cancellation = default) =>
        calls.Try(() => Catalog.CancelAddition(id), cancellation);

    public async Task SetPolicyAsync(string name, PoolPolicy policy, CancellationToken cancellation = default)
    {
        if (await calls.Try(() => Catalog.SetPolicy(name, policy), cancellation) is { } refused) throw new DiffusionException(refused);
    }

    public Task<bool> RemoveModelAsync(string name, CancellationToken cancellation = default) =>
        calls.Try(() => Catalog.Remove(name), cancellation);

    public Task<ClusterView> GetClusterAsync(CancellationToken cancellation = default) => calls.Try(Cluster.View, cancellation);

    public async Task DrainSiloAsync(string siloId, CancellationToken cancellation = default)
    {
        var cluster = await GetClusterAsync(cancellation);
        if (cluster.Silos.All(silo => silo.SiloId != siloId)) throw new DiffusionException(NoSuchSilo(siloId));
        var isTold = await calls.Try(() => DrainAsync(siloId), cancellation);
        if (!isTold) throw new DiffusionException(NoSuchSilo(siloId));
    }

    public async Task<IReadOnlyList<PoolView>> GetPoolsAsync(CancellationToken cancellation = default)
    {
        var models = await ListModelsAsync(cancellation);
        return await Task.WhenAll(models.Select(model => calls.Try(() => grains.GetGrain<ISchedulerGrain>(model.Name).View(), cancellation)));
    }

    public Task<IReadOnlyList<GrainTypeStatistics>> GetGrainStatisticsAsync(CancellationToken cancellation = default) =>
        calls.Try(Cluster.GrainStatistics, cancellation);

    private ICatalogGrain Catalog => grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog);

    private IClusterGrain Cluster => grains.GetGrain<IClusterGrain>(GrainKeys.Cluster);

    private IJobGrain Job(string jobId) => grains.GetGrain<IJobGrain>(jobId);

    private async Task<JobRecord> FinishAsync(string jobId, IProgress<JobEvent>? progress, CancellationToken cancellation)
    {
        await foreach (var happened in WatchAsync(jobId, cancellation))
        {
            progress?.Report(happened);
            if (happened is { Kind: JobEventKind.Done, Record: { } record }) return record;
        }

        throw new DiffusionException(new Refusal(ErrorCode.Internal, $"{jobId} was not watched to its end."));
    }

    private async Task<bool> DrainAsync(string siloId)
    {
        RequestContext.Set(GrainKeys.PlacementSilo, siloId);
        try
        {
            return await grains.GetGrain<ISiloGrain>(siloId).Drain();
        }
        finally
        {
            RequestContext.Remove(GrainKeys.PlacementSilo);
        }
    }

    private static Refusal NoSuchSilo(string siloId) => new(ErrorCode.NotFound, $"There is no silo {siloId}.");

    /// <summary>A seed that a repeat of the same submission draws again.</summary>
    private static long SeedOf(string jobId) => BitConverter.ToUInt32(SHA256.HashData(Encoding.ASCII.GetBytes(jobId)));

    private static Guid NewGuid() => new(RandomNumberGenerator.GetBytes(16));
}
