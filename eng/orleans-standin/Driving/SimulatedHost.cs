using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>A host whose services are started and stopped on the simulation's thread; the real host would leave it.</summary>
internal sealed class SimulatedHost
{
    private readonly IHost _host;

    private SimulatedHost(string name, IHost host)
    {
        Name = name;
        _host = host;
    }

    public string Name { get; }

    public IServiceProvider Services => _host.Services;

    public static SimulatedHost Silo(Cluster cluster, string name, Action<string, IHostApplicationBuilder> configure)
    {
        var builder = Builder(cluster, name);
        builder.UseOrleans(silo => silo.Services.Configure<SiloOptions>(o => o.SiloName = name));
        configure(name, builder);
        return new SimulatedHost(name, builder.Build());
    }

    public static SimulatedHost Client(Cluster cluster, Action<IHostApplicationBuilder> configure)
    {
        var builder = Builder(cluster, "client");
        builder.UseOrleansClient(static _ => { });
        configure(builder);
        return new SimulatedHost("client", builder.Build());
    }

    public async Task StartAsync()
    {
        Services.GetService<IStartupValidator>()?.Validate();
        foreach (var service in Services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    public async Task StopAsync()
    {
        foreach (var service in Services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }

    private static HostApplicationBuilder Builder(Cluster cluster, string name)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = name, DisableDefaults = true });
        builder.Services.AddSingleton(cluster);
        builder.Services.AddSingleton(cluster.Driver);
        builder.Services.AddSingleton(cluster.Driver.Time);
        return builder;
    }
}
