using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Orleans.Hosting;
#if ORLEANS_DASHBOARD
using Orleans.Dashboard;
#endif

namespace OrleansDiffusion.Silo;

/// <summary>Orleans' own dashboard: every silo, grain type and method in detail. The stand-in for Orleans has none.</summary>
public static class EngineDashboard
{
    public const string Path = "/orleans";

    /// <summary>Null where the engine has no dashboard. Who may see it is the caller's to say.</summary>
    public static IEndpointConventionBuilder? MapEngineDashboard(this IEndpointRouteBuilder routes)
    {
#if ORLEANS_DASHBOARD
        return routes.MapOrleansDashboard(Path);
#else
        return null;
#endif
    }

    internal static void AddEngineDashboard(this ISiloBuilder silo)
    {
#if ORLEANS_DASHBOARD
        silo.AddDashboard();
#endif
    }

    internal static void AddEngineDashboard(this IClientBuilder client)
    {
#if ORLEANS_DASHBOARD
        client.AddDashboard();
#endif
    }
}
