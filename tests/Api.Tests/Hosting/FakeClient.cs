using System.Runtime.CompilerServices;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Hosting;

/// <summary>A cluster that says what a test told it to say.</summary>
internal sealed class FakeClient : IDiffusionClient
{
    public string TenantId { get; init; } = GrainKeys.DefaultTenant;

    public Func<GenerationRequest, SubmitOptions?, JobView> Submit { get; set; } = (request, _) => Sample.Accept(request);

    public Func<string, JobView?> Get { get; set; } = _ => null;

    public Func<string, CancellationToken, IAsyncEnumerable<JobEvent>> Watch { get; set; } = (_, _) => Nothing<JobEvent>();

    public Func<string, bool> Cancel { get; set; } = _ => true;

    public Func<string, byte[]> Artifact { get; set; } = _ => throw new DiffusionException(new Refusal(ErrorCode.NotFound, "No such artifact."));

    public Func<JobFilter, JobList> ListJobs { get; set; } = _ => new JobList([], null);

    public Func<IReadOnlyList<ModelEntry>> Models { get; set; } = () => [Sample.Model];

    public Func<string, string?, AddModelAnswer> AddModel { get; set; } = (_, _) => new AddModelAnswer(Sample.Model, null, []);

    public Func<string, string?, ModelAddition> BeginAddition { get; set; } = (_, _) => Sample.Addition;

    public Func<IReadOnlyList<ModelAddition>> Additions { get; set; } = () => [Sample.Addition];

    public Func<string, bool> CancelAddition { get; set; } = _ => true;

    public Func<string, PoolPolicy, bool> SetPolicy { get; set; } = (_, _) => true;

    public Func<string, bool> RemoveModel { get; set; } = _ => true;

    public Func<ClusterView> Cluster { get; set; } = () => new ClusterView([Sample.Silo], Sample.Now, [Sample.Weights]);

    public Func<string, bool> DrainSilo { get; set; } = _ => true;

    public Func<IReadOnlyList<PoolView>> Pools { get; set; } = () => [Sample.Pool];

    public Func<IReadOnlyList<GrainTypeStatistics>> Grains { get; set; } = () => [Sample.Grain];

    public Task<JobView> SubmitAsync(GenerationRequest request, SubmitOptions? options = null, CancellationToken cancellation = default) =>
        Answer(() => Submit(request, options));

    public Task<JobView?> GetAsync(string jobId, CancellationToken cancellation = default) => Answer(() => Get(jobId));

    public IAsyncEnumerable<JobEvent> WatchAsync(string jobId, CancellationToken cancellation = default) => Watch(jobId, cancellation);

    public Task<bool> CancelAsync(string jobId, CancellationToken cancellation = default) => Answer(() => Cancel(jobId));

    public Task<GenerationResult> GenerateAsync(
        GenerationRequest request, IProgress<JobEvent>? progress = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException("The gateway never waits inside a client.");

    public Task<byte[]> GetArtifactAsync(string artifactId, CancellationToken cancellation = default) => Answer(() => Artifact(artifactId));

    public Task<JobList> ListJobsAsync(JobFilter? filter = null, CancellationToken cancellation = default) => Answer(() => ListJobs(filter!));

    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation = default) => Answer(Models);

    public Task<AddModelAnswer> AddModelAsync(string folder, string? name = null, CancellationToken cancellation = default) =>
        Answer(() => AddModel(folder, name));

    public Task<ModelAddition> BeginAdditionAsync(string url, string? name = null, CancellationToken cancellation = default) =>
        Answer(() => BeginAddition(url, name));

    public Task<IReadOnlyList<ModelAddition>> ListAdditionsAsync(CancellationToken cancellation = default) => Answer(Additions);

    public Task<bool> CancelAdditionAsync(string id, CancellationToken cancellation = default) => Answer(() => CancelAddition(id));

    public Task SetPolicyAsync(string name, PoolPolicy policy, CancellationToken cancellation = default) => Answer(() => SetPolicy(name, policy));

    public Task<bool> RemoveModelAsync(string name, CancellationToken cancellation = default) => Answer(() => RemoveModel(name));

    public Task<ClusterView> GetClusterAsync(CancellationToken cancellation = default) => Answer(Cluster);

    public Task DrainSiloAsync(string siloId, CancellationToken cancellation = default) => Answer(() => DrainSilo(siloId));

    public Task<IReadOnlyList<PoolView>> GetPoolsAsync(CancellationToken cancellation = default) => Answer(Pools);

    public Task<IReadOnlyList<GrainTypeStatistics>> GetGrainStatisticsAsync(CancellationToken cancellation = default) => Answer(Grains);

    public static async IAsyncEnumerable<T> Nothing<T>()
    {
        await Task.CompletedTask;
        yield break;
    }

    /// <summary>Yields and then stays silent until the watcher leaves.</summary>
    public static async IAsyncEnumerable<T> ThenSilence<T>(IEnumerable<T> first, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var item in first) yield return item;
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
    }

    /// <summary>An answer over a network is never there at once.</summary>
    private static async Task<T> Answer<T>(Func<T> answer)
    {
        await Task.Yield();
        return answer();
    }
}

internal sealed class FakeClients : IDiffusionClientFactory
{
    public Func<string, IDiffusionClient> Of { get; set; } = _ => throw new InvalidOperationException("No tenant was expected.");

    public IDiffusionClient ForTenant(string tenantId) => Of(tenantId);
}

internal sealed class FakeFeed : IJobFeed
{
    public Func<string, CancellationToken, IAsyncEnumerable<JobFeedItem>> Watch { get; set; } = (_, _) => FakeClient.Nothing<JobFeedItem>();

    public IAsyncEnumerable<JobFeedItem> WatchAsync(string tenantId, CancellationToken cancellation) => Watch(tenantId, cancellation);
}
