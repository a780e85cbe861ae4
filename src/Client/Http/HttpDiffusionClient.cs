using System.Runtime.CompilerServices;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client;

/// <summary>The cluster over its REST API. The server's key decides whose jobs these are.</summary>
public sealed class HttpDiffusionClient : IDiffusionClient
{
    private readonly HttpCalls _calls;
    private readonly TimeProvider _time;

    /// <param name="http">With its base address, and "Authorization: Bearer" where the server asks for a key. Stays the caller's.</param>
    /// <param name="time">For pauses between reconnections; null for the system's.</param>
    /// <param name="tenantId">What to call the tenant in records; the server does not say it.</param>
    public HttpDiffusionClient(HttpClient http, TimeProvider? time = null, string tenantId = GrainKeys.DefaultTenant)
    {
        _calls = new HttpCalls(http);
        _time = time ?? TimeProvider.System;
        TenantId = tenantId;
    }

    public string TenantId { get; }

    public async Task<JobView> SubmitAsync(
        GenerationRequest request, SubmitOptions? options = null, CancellationToken cancellation = default)
    {
        using var message = HttpCalls.Json(HttpMethod.Post, ApiPaths.Jobs, JobRequestBody.From(request));
        if (options?.IdempotencyKey is { } key) message.Headers.TryAddWithoutValidation(ApiHeaders.IdempotencyKey, key);
        var job = await _calls.ReadAsync<JobBody>(message, cancellation);
        return job.ToView(TenantId);
    }

    public async Task<JobView?> GetAsync(string jobId, CancellationToken cancellation = default)
    {
        var job = await _calls.FindAsync<JobBody>(JobPath(jobId), cancellation);
        return job?.ToView(TenantId);
    }

    public async IAsyncEnumerable<JobEvent> WatchAsync(
        string jobId, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var watch = new HttpWatch(_calls, _time, $"{JobPath(jobId)}/events");
        await foreach (var message in watch.ReadAsync<JobEventBody>(isLast: body => body.Kind == JobEventKind.Done, cancellation))
            yield return message.ToEvent(TenantId);
    }

    public async Task<bool> CancelAsync(string jobId, CancellationToken cancellation = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Delete, JobPath(jobId));
        using var response = await _calls.SendAsync(message, cancellation);
        return response.Headers.TryGetValues(ApiHeaders.JobChanged, out var values) && values.Contains("true");
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

    public async Task<byte[]> GetArtifactAsync(string artifactId, CancellationToken cancellation = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"{ApiPaths.Artifacts}/{Uri.EscapeDataString(artifactId)}");
        using var response = await _calls.SendAsync(message, cancellation);
        return await _calls.BytesAsync(response, cancellation);
    }

    public async Task<JobList> ListJobsAsync(JobFilter? filter = null, CancellationToken cancellation = default)
    {
        var list = await _calls.GetAsync<JobListBody>(ApiPaths.Jobs + JobQueryText.Of(filter ?? new JobFilter()), cancellation);
        return new JobList([.. list.Jobs.Select(job => job.ToRecord(TenantId))], list.NextCursor);
    }

    public async Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation = default)
    {
        var list = await _calls.GetAsync<ModelListBody>(ApiPaths.Models, cancellation);
        return [.. list.Data.Select(model => model.ToEntry())];
    }

    public async Task<AddModelAnswer> AddModelAsync(string folder, string? name = null, CancellationToken cancellation = default)
    {
        using var message = HttpCalls.Json(HttpMethod.Post, ApiPaths.Models, new AddModelBody(folder, name));
        var added = await _calls.ReadAsync<AddedModelBody>(message, cancellation);
        return new AddModelAnswer(added.Model.ToEntry(), null, added.Warnings);
    }

    public async Task<ModelAddition> BeginAdditionAsync(string url, string? name = null, CancellationToken cancellation = default)
    {
        using var message = HttpCalls.Json(HttpMethod.Post, ApiPaths.Models, new AddModelBody(null, name, url));
        return (await _calls.ReadAsync<AdditionBody>(message, cancellation)).ToAddition();
    }

    public async Task<IReadOnlyList<ModelAddition>> ListAdditionsAsync(CancellationToken cancellation = default)
    {
        var list = await _calls.GetAsync<AdditionListBody>(ApiPaths.Additions, cancellation);
        return [.. list.Additions.Select(addition => addition.ToAddition())];
    }

    public Task<bool> CancelAdditionAsync(string id, CancellationToken cancellation = default) =>
        DeleteAsync($"{ApiPaths.Additions}/{Uri.EscapeDataString(id)}", ErrorCode.NotFound, cancellation);

    public async Task SetPolicyAsync(string name, PoolPolicy policy, CancellationToken cancellation = default)
    {
        using var message = HttpCalls.Json(HttpMethod.Put, $"{ApiPaths.Models}/{Uri.EscapeDataString(name)}/policy", SetPolicyBody.From(policy));
        using var response = await _calls.SendAsync(message, cancellation);
    }

    public Task<bool> RemoveModelAsync(string name, CancellationToken cancellation = default) =>
        DeleteAsync($"{ApiPaths.Models}/{Uri.EscapeDataString(name)}", ErrorCode.ModelNotFound, cancellation);

    public async Task<ClusterView> GetClusterAsync(CancellationToken cancellation = default)
    {
        var cluster = await ClusterAsync(cancellation);
        return new ClusterView(
            [.. cluster.Silos.Select(silo => silo.ToStatus())], cluster.At,
            [.. cluster.Pools.Where(pool => pool.Weights is not null).Select(pool => pool.Weights!.ToView(pool.Model))]);
    }

    public async Task DrainSiloAsync(string siloId, CancellationToken cancellation = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"{ApiPaths.Cluster}/silos/{Uri.EscapeDataString(siloId)}/drain");
        using var response = await _calls.SendAsync(message, cancellation);
    }

    public async Task<IReadOnlyList<PoolView>> GetPoolsAsync(CancellationToken cancellation = default) =>
        [.. (await ClusterAsync(cancellation)).Pools.Select(pool => pool.ToView())];

    public async Task<IReadOnlyList<GrainTypeStatistics>> GetGrainStatisticsAsync(CancellationToken cancellation = default) =>
        [.. (await ClusterAsync(cancellation)).Grains.Select(grain => grain.ToStatistics())];

    private Task<ClusterBody> ClusterAsync(CancellationToken cancellation) => _calls.GetAsync<ClusterBody>(ApiPaths.Cluster, cancellation);

    private async Task<JobRecord> FinishAsync(string jobId, IProgress<JobEvent>? progress, CancellationToken cancellation)
    {
        await foreach (var happened in WatchAsync(jobId, cancellation))
        {
            progress?.Report(happened);
            if (happened is { Kind: JobEventKind.Done, Record: { } record }) return record;
        }

        throw new DiffusionException(new Refusal(ErrorCode.Internal, $"The server stopped telling about {jobId} before it was final."));
    }

    /// <returns>False if there was nothing.</returns>
    private async Task<bool> DeleteAsync(string path, ErrorCode nothingThere, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Delete, path);
        try
        {
            using var response = await _calls.SendAsync(message, cancellation);
            return true;
        }
        catch (DiffusionException refused) when (refused.Refusal.Code == nothingThere)
        {
            return false;
        }
    }

    private static string JobPath(string jobId) => $"{ApiPaths.Jobs}/{Uri.EscapeDataString(jobId)}";
}
