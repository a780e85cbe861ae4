using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Copying;
using OrleansDiffusion.OrleansStandin.Driving;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Hosting;

/// <summary>What silos and clients have in common.</summary>
internal static class NodeServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Driver>(sp => new ThreadPoolDriver(sp.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(sp => new CopyPlans(sp));
        services.TryAddSingleton<IGrainActivator, ServiceActivator>();
        services.AddSingleton<IClusterClient>(sp => sp.GetRequiredService<Node>().GrainFactory);
        services.AddSingleton<IGrainFactory>(sp => sp.GetRequiredService<Node>().GrainFactory);
    }
}
