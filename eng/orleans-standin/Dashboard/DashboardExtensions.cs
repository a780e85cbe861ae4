using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans.Hosting;

namespace Orleans.Dashboard;

public sealed class DashboardOptions
{
    public bool HideTrace { get; set; }

    public int CounterUpdateIntervalMs { get; set; } = 1000;

    public int HistoryLength { get; set; } = 100;
}

/// <summary>The stand-in has no dashboard, and says so where it would be.</summary>
public static class ServiceCollectionExtensions
{
    private const string Instead = "This build runs on a stand-in for Orleans, which has no dashboard of its own. The cluster page shows the same grain statistics.";

    public static ISiloBuilder AddDashboard(this ISiloBuilder siloBuilder, Action<DashboardOptions>? configureOptions = null) => siloBuilder;

    public static IClientBuilder AddDashboard(this IClientBuilder clientBuilder, Action<DashboardOptions>? configureOptions = null) => clientBuilder;

    public static RouteGroupBuilder MapOrleansDashboard(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string? routePrefix = null)
    {
        var group = endpoints.MapGroup(routePrefix ?? "");
        group.MapGet("/", () => Results.Text(Instead, statusCode: StatusCodes.Status501NotImplemented)).ExcludeFromDescription();
        return group;
    }
}
