using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Hosting;

/// <summary>Puts a cluster client into a host.</summary>
internal static class ClientServices
{
    public static void Add(IServiceCollection services, IConfiguration configuration, Action<IClientBuilder> configure)
    {
        if (services.All(s => s.ServiceType != typeof(ClientNode)))
        {
            NodeServices.Add(services);
            services.AddSingleton(sp => new ClientNode(sp, "Client"));
            services.AddSingleton<Node>(sp => sp.GetRequiredService<ClientNode>());
            services.AddHostedService<ClientHostedService>();
        }

        configure(new ClientBuilder(services, configuration));
    }
}
