using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Api.Metrics;
using OrleansDiffusion.Api.OpenApi;

namespace OrleansDiffusion.Api.Endpoints;

/// <summary>What Prometheus scrapes.</summary>
internal static class MetricsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", Get).WithName("getMetrics").WithTags("Operation").AllowedTo(Role.Operator)
            .WithSummary("Metrics in Prometheus' text format 0.0.4.")
            .Produces<string>(contentType: "text/plain")
            .Refuses(401, 403);

    private static IResult Get(HttpContext http, MetricsCollector metrics)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text(PrometheusText.Write(metrics.Collect()), PrometheusText.ContentType);
    }
}
