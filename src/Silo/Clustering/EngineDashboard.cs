using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Orleans.Dashboard;

namespace OrleansDiffusion.Silo;

/// <summary>Orleans' own dashboard: every silo, grain type and method in detail.</summary>
public static class EngineDashboard
{
    public const string Path = "/orleans";

    /// <summary>Who may see it is the caller's to say.</summary>
    public static IEndpointConventionBuilder MapEngineDashboard(this IEndpointRouteBuilder routes) => routes.MapOrleansDashboard(Path);
}
