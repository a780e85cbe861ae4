using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;
using OrleansDiffusion.OrleansStandin.Driving;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Testing;

/// <summary>The hosts of one test cluster: all join one cluster object, so that nothing is shared between tests.</summary>
internal sealed class TestSilos(string serviceId, string clusterId)
{
    private const int SiloPortFirst = 11111;
    private const int GatewayPortFirst = 30000;

    private readonly Cluster _cluster = new(new ThreadPoolDriver(TimeProvider.System));
    private readonly List<InProcessSiloHandle> _silos = [];
    private int _started;

    public IReadOnlyList<InProcessSiloHandle> All => _silos;

    public IHost? ClientHost { get; private set; }

    public IClusterClient Client =>
        ClientHost?.Services.GetRequiredService<IClusterClient>() ?? throw new InvalidOperationException("The client is not connected: deploy first.");

    public int NextInstance => _started;

    public string NameOf(int instance) => instance == 0 ? "Primary" : string.Create(CultureInfo.InvariantCulture, $"Secondary_{instance}");

    /// <param name="build">Makes the host; it is given its ports, and has its services joined.</param>
    public async Task<InProcessSiloHandle> Start(Func<InProcessTestSiloSpecificOptions, IHost> build)
    {
        var instance = _started++;
        var options = new InProcessTestSiloSpecificOptions
        {
            SiloName = NameOf(instance),
            SiloPort = SiloPortFirst + instance,
            GatewayPort = GatewayPortFirst + instance,
        };
        var host = build(options);
        await host.StartAsync();
        var details = host.Services.GetRequiredService<ILocalSiloDetails>();
        var handle = new InProcessSiloHandle
        {
            Name = options.SiloName,
            InstanceNumber = (short)instance,
            SiloHost = host,
            SiloAddress = details.SiloAddress,
            GatewayAddress = details.GatewayAddress,
        };
        _silos.Add(handle);
        return handle;
    }

    public void Join(IServiceCollection services, InProcessTestSiloSpecificOptions options)
    {
        Join(services);
        services.Configure<SiloOptions>(o => o.SiloName = options.SiloName);
        services.Configure<EndpointOptions>(o => (o.SiloPort, o.GatewayPort) = (options.SiloPort, options.GatewayPort));
    }

    public void Join(IServiceCollection services)
    {
        services.AddSingleton(_cluster);
        services.AddSingleton(_cluster.Driver);
        services.Configure<ClusterOptions>(o => (o.ServiceId, o.ClusterId) = (serviceId, clusterId));
    }

    public async Task Connect(IHost client)
    {
        await DisconnectClient();
        ClientHost = client;
        await client.StartAsync();
    }

    public async Task Stop(SiloHandle silo, bool gracefully)
    {
        _silos.Remove((InProcessSiloHandle)silo);
        await silo.StopSiloAsync(gracefully);
        silo.Dispose();
    }

    public async Task StopAll()
    {
        await DisconnectClient();
        foreach (var silo in _silos.AsEnumerable().Reverse().ToArray())
        {
            await Stop(silo, gracefully: true);
        }
    }

    private async Task DisconnectClient()
    {
        if (ClientHost is { } client)
        {
            ClientHost = null;
            await client.StopAsync();
            client.Dispose();
        }
    }
}
