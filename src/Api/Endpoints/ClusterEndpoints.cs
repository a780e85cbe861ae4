using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Api.Cluster;
using OrleansDiffusion.Api.OpenApi;
using OrleansDiffusion.Api.Streaming;
using OrleansDiffusion.Client;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Endpoints;

/// <summary>The whole cluster, for its operators: it shows what every tenant's jobs are doing.</summary>
internal static class ClusterEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var cluster = routes.MapGroup(ApiPaths.Cluster).WithTags("Cluster").AllowedTo(Role.Admin);
        cluster.MapGet("", Get).WithName("getCluster")
            .WithSummary("Silos, devices, pools, replicas and grain statistics.")
            .Produces<ClusterBody>()
            .Refuses(401, 403, 503);
        cluster.MapPost("silos/{id}/drain", Drain).WithName("drainSilo")
            .WithSummary("Has a silo leave in order: no new jobs, running ones move with their checkpoints, then its process ends.")
            .Produces(StatusCodes.Status202Accepted)
            .Refuses(401, 403, 404, 503);
        cluster.MapGet("events", Watch).WithName("watchCluster")
            .WithSummary("Streams the same object, at once and then whenever it changed.")
            .Produces<ClusterBody>(contentType: "text/event-stream")
            .Refuses(401, 403, 503);
    }

    private static async Task<IResult> Drain(string id, Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation)
    {
        await clients.ForTenant(caller.TenantId).DrainSiloAsync(id, cancellation);
        return Results.Accepted();
    }

    private static async Task<IResult> Get(Caller caller, ClusterSnapshots snapshots, CancellationToken cancellation) =>
        Wire.Json(await snapshots.AskAsync(caller.TenantId, cancellation));

    private static Task Watch(HttpContext http, Caller caller, ClusterWatch watch, EventStreams streams) =>
        streams.SendAsync(http, ended => watch.Messages(caller.TenantId, ended));
}
