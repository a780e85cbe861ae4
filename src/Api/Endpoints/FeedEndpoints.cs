using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Api.OpenApi;
using OrleansDiffusion.Api.Streaming;
using OrleansDiffusion.Client;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Endpoints;

/// <summary>All of a tenant's jobs as one stream of changes.</summary>
internal static class FeedEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(ApiPaths.Feed, Watch).WithName("watchJobs").WithTags("Jobs").AllowedTo(Role.Tenant)
            .WithSummary("Streams every change of every job from now on.")
            .Produces<FeedItemBody>(contentType: "text/event-stream")
            .Refuses(401, 503);

    private static Task Watch(HttpContext http, Caller caller, IJobFeed feed, EventStreams streams) =>
        streams.SendAsync(http, ended => Messages(feed.WatchAsync(caller.TenantId, ended), ended));

    private static async IAsyncEnumerable<SseMessage> Messages(
        IAsyncEnumerable<JobFeedItem> items, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var item in items.WithCancellation(cancellation)) yield return new SseMessage("job", FeedItemBody.From(item));
    }
}
