using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client.Grains;

namespace OrleansDiffusion.Client;

public static class DiffusionClientServices
{
    /// <summary>
    /// Adds <see cref="IDiffusionClient"/>, <see cref="IDiffusionClientFactory"/> and <see cref="IJobFeed"/> over the
    /// Orleans client of this container: that of a silo, or of a host with UseOrleansClient. The host adds the
    /// <see cref="IArtifactSource"/> that pictures are read from; to listen to the feed it also needs a stream provider
    /// named <see cref="GrainKeys.StreamProvider"/>.
    /// </summary>
    public static IServiceCollection AddDiffusionClient(this IServiceCollection services, Action<DiffusionClientOptions>? configure = null)
    {
        services.AddDiffusionSerialization();
        services.AddOptions<DiffusionClientOptions>().Configure(configure ?? (_ => { }));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayLosses>();
        services.AddSingleton<GatewayCountChangedHandler>(provider => provider.GetRequiredService<GatewayLosses>().Changed);
        services.AddSingleton<GrainCalls>();
        services.AddSingleton<IDiffusionClientFactory, GrainClientFactory>();
        services.AddSingleton<IJobFeed, StreamJobFeed>();
        services.AddSingleton(DefaultClient);
        return services;
    }

    private static IDiffusionClient DefaultClient(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<DiffusionClientOptions>>();
        return provider.GetRequiredService<IDiffusionClientFactory>().ForTenant(options.Value.TenantId);
    }
}
