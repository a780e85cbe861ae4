using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Tests;

/// <summary>The embedded client as a host builds it, over grains that the test plays.</summary>
internal sealed class EmbeddedClient
{
    private readonly ServiceProvider _services;

    public EmbeddedClient(Action<DiffusionClientOptions>? configure = null)
    {
        Cluster.GetGrain<IJobGrain>(Arg.Do<string>(JobIds.Add)).Returns(Job);
        Cluster.GetGrain<ICatalogGrain>(GrainKeys.Catalog).Returns(Catalog);
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(Cluster)
            .AddSingleton(Artifacts)
            .AddDiffusionClient(configure)
            .BuildServiceProvider();
    }

    public ManualTime Time { get; } = new();

    public IClusterClient Cluster { get; } = Substitute.For<IClusterClient>();

    public IJobGrain Job { get; } = Substitute.For<IJobGrain>();

    public ICatalogGrain Catalog { get; } = Substitute.For<ICatalogGrain>();

    public IArtifactSource Artifacts { get; } = Substitute.For<IArtifactSource>();

    /// <summary>Of the grains that were asked for.</summary>
    public List<string> JobIds { get; } = [];

    public IDiffusionClient Client => _services.GetRequiredService<IDiffusionClient>();

    public IDiffusionClient ForTenant(string tenantId) => _services.GetRequiredService<IDiffusionClientFactory>().ForTenant(tenantId);

    /// <summary>What the engine says when a connection to a silo comes or goes.</summary>
    public void ReachesSilos(int count, int before)
    {
        foreach (var handler in _services.GetServices<GatewayCountChangedHandler>()) handler(this, new GatewayCountChangedEventArgs(count, before));
    }

    /// <summary>Lets the pauses between attempts pass for as long as the call takes.</summary>
    public async Task<T> Patiently<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(8));
            await Task.Yield();
        }

        return await call;
    }

    public static JobRecord Record(JobStatus status = JobStatus.Queued) => new()
    {
        Id = JobId.FromIdempotencyKey("tenant", "key"),
        TenantId = GrainKeys.DefaultTenant,
        RequestDigest = "digest",
        Status = status,
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Artifacts = status == JobStatus.Succeeded ? [new("picture", 0, "image/png", 3, 16, 16, 7)] : [],
        Spec = new GenerationSpec
        {
            Model = "emoji", ModelVersion = "v", Prompt = "a red apple", Width = 16, Height = 16, Steps = 4, Guidance = 7.5, Seed = 7,
            Count = 1, Sampler = "euler", Format = "png", QualityPercent = 90,
        },
    };

    public static JobView View(JobStatus status = JobStatus.Queued) => new(Record(status), new JobProgress());

    public static JobEvent Event(JobEventKind kind, JobStatus status = JobStatus.Running) => new()
    {
        Sequence = 1,
        Kind = kind,
        JobId = Record().Id,
        At = default,
        Status = status,
        Progress = new JobProgress(),
        Record = kind is JobEventKind.State or JobEventKind.Done ? Record(status) : null,
    };
}
