using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Driving;
using OrleansDiffusion.OrleansStandin.Nodes;
using OrleansDiffusion.OrleansStandin.Placement;

namespace OrleansDiffusion.OrleansStandin.Hosting;

/// <summary>Puts a silo into a host.</summary>
internal static class SiloServices
{
    public static void Add(IServiceCollection services, IConfiguration configuration, Action<ISiloBuilder> configure)
    {
        if (services.All(s => s.ServiceType != typeof(SiloNode)))
        {
            AddRuntime(services);
        }

        configure(new SiloBuilder(services, configuration));
    }

    private static void AddRuntime(IServiceCollection services)
    {
        NodeServices.Add(services);
        services.AddSingleton(sp => new SiloNode(sp, sp.GetRequiredService<IOptions<SiloOptions>>().Value, sp.GetRequiredService<IOptions<EndpointOptions>>().Value));
        services.AddSingleton<Node>(sp => sp.GetRequiredService<SiloNode>());
        services.AddSingleton<ILocalSiloDetails, LocalSiloDetails>();
        services.AddSingleton<ISiloStatusOracle>(sp => sp.GetRequiredService<SiloNode>().Oracle);
        services.AddSingleton<SiloLifecycle>();
        services.AddSingleton<ISiloLifecycle>(sp => sp.GetRequiredService<SiloLifecycle>());
        services.AddSingleton<IGrainRuntime, GrainRuntime>();
        services.AddSingleton<IGrainContextAccessor, GrainContextAccessor>();
        services.AddScoped(sp => sp.GetRequiredService<IGrainContextAccessor>().GrainContext);
        services.PostConfigure<SiloOptions>(options =>
            options.SiloName = options.SiloName.Length > 0 ? options.SiloName : $"Silo_{Environment.MachineName}");
        services.AddPlacementDirector<RandomPlacement>(sp => new RandomPlacementDirector(sp.GetRequiredService<Driver>()));
        services.AddPlacementDirector<PreferLocalPlacement>(sp => new PreferLocalPlacementDirector(sp.GetRequiredService<Driver>()));
        services.AddPlacementDirector<HashBasedPlacement>(_ => new HashBasedPlacementDirector());
        services.AddHostedService<SiloHostedService>();
    }
}
