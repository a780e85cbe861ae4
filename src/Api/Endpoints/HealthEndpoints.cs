using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Endpoints;

/// <summary>Probes for whoever runs the process.</summary>
internal static class HealthEndpoints
{
    private static readonly HealthBody Alive = new("ok");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Wire.Json(Alive)).WithName("getHealth").WithTags("Operation").AllowedTo(Role.Anybody)
            .WithSummary("The process lives.")
            .Produces<HealthBody>();
        routes.MapGet("/readyz", Ready).WithName("getReadiness").WithTags("Operation").AllowedTo(Role.Anybody)
            .WithSummary("A model is loaded and has made a picture; otherwise 503 with what it is doing.")
            .Produces<ReadinessBody>()
            .Produces<ReadinessBody>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> Ready(HttpContext http, IDiffusionClientFactory clients, CancellationToken cancellation)
    {
        var pools = await clients.ForTenant(GrainKeys.DefaultTenant).GetPoolsAsync(cancellation);
        List<ModelReadinessBody> models = [.. pools.Select(ModelReadinessBody.From)];
        var isReady = models.Any(model => model.Phase == ReplicaPhase.Ready);
        if (!isReady) http.Response.Headers.RetryAfter = "1";
        return Wire.Json(
            new ReadinessBody(isReady ? "ready" : "not_ready", models),
            isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

/// <param name="Status">Always "ok": who is not does not answer.</param>
internal sealed record HealthBody(string Status);

/// <param name="Status">ready or not_ready.</param>
/// <param name="Models">How far each model is.</param>
internal sealed record ReadinessBody(string Status, IReadOnlyList<ModelReadinessBody> Models);

/// <param name="Model">Its name.</param>
/// <param name="Phase">Of its most advanced replica; null when it has none.</param>
/// <param name="Progress">0..1 of the way to ready.</param>
/// <param name="Message">What it is doing, or why not.</param>
internal sealed record ModelReadinessBody(string Model, ReplicaPhase? Phase, double Progress, string? Message)
{
    public static ModelReadinessBody From(PoolView pool)
    {
        var best = pool.Replicas.Where(replica => replica.Phase <= ReplicaPhase.Ready).MaxBy(replica => (replica.Phase, replica.Progress));
        return new ModelReadinessBody(pool.Model, best?.Phase, best?.Progress ?? 0, best?.Message ?? pool.DeficitReason);
    }
}
