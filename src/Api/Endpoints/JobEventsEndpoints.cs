using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Api.OpenApi;
using OrleansDiffusion.Api.Streaming;
using OrleansDiffusion.Client;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Endpoints;

/// <summary>One job's life as server-sent events.</summary>
internal static class JobEventsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet($"{ApiPaths.Jobs}/{{id}}/events", Watch).WithName("watchJob").WithTags("Jobs").AllowedTo(Role.Tenant)
            .WithSummary("Streams the current state, then every change, and ends after the final one.")
            .Produces<JobEventBody>(contentType: "text/event-stream")
            .Refuses(401, 404, 503);

    private static async Task Watch(
        string id, HttpContext http, Caller caller, IDiffusionClientFactory clients, EventStreams streams, CancellationToken cancellation)
    {
        var client = clients.ForTenant(caller.TenantId);
        if (await client.GetAsync(id, cancellation) is null) await JobsEndpoints.NoSuchJob(id).ToResult().ExecuteAsync(http);
        else await streams.SendAsync(http, ended => Messages(client.WatchAsync(id, ended), ended));
    }

    private static async IAsyncEnumerable<SseMessage> Messages(
        IAsyncEnumerable<JobEvent> events, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var happened in events.WithCancellation(cancellation))
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(happened.Kind.ToString());
            yield return new SseMessage(name, JobEventBody.From(happened), happened.Sequence.ToString(CultureInfo.InvariantCulture));
        }
    }
}
