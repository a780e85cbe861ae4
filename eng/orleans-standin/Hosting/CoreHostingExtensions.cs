using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using OrleansDiffusion.OrleansStandin.Hosting;

namespace Orleans.Hosting;

public static class CoreHostingExtensions
{
    /// <summary>Traces are the host's own business in one process: nothing to propagate.</summary>
    public static ISiloBuilder AddActivityPropagation(this ISiloBuilder builder) => builder;

    /// <summary>The directory of one process loses nothing when a silo dies.</summary>
    public static ISiloBuilder AddDistributedGrainDirectory(this ISiloBuilder siloBuilder, string? name = null) => siloBuilder;

    /// <summary>A cluster of this process: the silo at <paramref name="primarySiloEndpoint"/> starts it, others join.</summary>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = EndpointOptions.DEFAULT_SILO_PORT,
        int gatewayPort = EndpointOptions.DEFAULT_GATEWAY_PORT,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = "dev",
        string clusterId = "dev")
    {
        builder.Services.AddSingleton(new PrimarySilo(primarySiloEndpoint?.Port));
        builder.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            (options.SiloPort, options.GatewayPort) = (siloPort, gatewayPort);
        });
        return builder.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (serviceId, clusterId));
    }
}
