using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Configuration
{
    public class AdoNetClusteringSiloOptions
    {
        public string ConnectionString { get; set; } = "";

        public string Invariant { get; set; } = "";
    }

    public class AdoNetClusteringClientOptions
    {
        public string ConnectionString { get; set; } = "";

        public string Invariant { get; set; } = "";
    }
}

namespace Orleans.Hosting
{
    /// <summary>Clusters of several processes are the real engine's: the stand-in refuses, and says what to do.</summary>
    public static class AdoNetHostingExtensions
    {
        private const string Refusal =
            "This build uses the stand-in for Orleans, which runs in one process and cannot join others through a database. "
            + "Run ./od setup where the Microsoft.Orleans packages restore, and build again.";

        public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<AdoNetClusteringSiloOptions> configureOptions)
        {
            throw new OrleansConfigurationException(Refusal);
        }

        public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<OptionsBuilder<AdoNetClusteringSiloOptions>> configureOptions)
        {
            throw new OrleansConfigurationException(Refusal);
        }

        public static IClientBuilder UseAdoNetClustering(this IClientBuilder builder, Action<AdoNetClusteringClientOptions> configureOptions)
        {
            throw new OrleansConfigurationException(Refusal);
        }

        public static IClientBuilder UseAdoNetClustering(this IClientBuilder builder, Action<OptionsBuilder<AdoNetClusteringClientOptions>> configureOptions)
        {
            throw new OrleansConfigurationException(Refusal);
        }
    }
}
