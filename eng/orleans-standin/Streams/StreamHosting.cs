using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansDiffusion.OrleansStandin.Nodes;
using OrleansDiffusion.OrleansStandin.Streams;

namespace Orleans
{
    public static class GrainStreamingExtensions
    {
        public static IStreamProvider GetStreamProvider(this Grain grain, string name) => GetStreamProvider((IGrainBase)grain, name);

        public static IStreamProvider GetStreamProvider(this IGrainBase grain, string name) => Find(grain.GrainContext.ActivationServices, name);

        internal static IStreamProvider Find(IServiceProvider services, string name) =>
            services.GetKeyedService<IStreamProvider>(name) ?? throw new KeyNotFoundException($"Stream provider '{name}' not found");
    }

    public static class ClientStreamingExtensions
    {
        public static IStreamProvider GetStreamProvider(this IClusterClient client, string name) => GrainStreamingExtensions.Find(client.ServiceProvider, name);
    }
}

namespace Orleans.Hosting
{
    /// <summary>The settings of memory streams; there are none here.</summary>
    public interface ISiloMemoryStreamConfigurator;

    /// <summary>The settings of memory streams; there are none here.</summary>
    public interface IClusterClientMemoryStreamConfigurator;

    public static class SiloBuilderMemoryStreamExtensions
    {
        /// <summary>Streams in memory; a storage named PubSubStore must be there as well.</summary>
        public static ISiloBuilder AddMemoryStreams(this ISiloBuilder builder, string name, Action<ISiloMemoryStreamConfigurator>? configure = null)
        {
            MemoryStreams.Add(builder.Services, name, configure is not null);
            builder.Services.AddSingleton<IConfigurationValidator>(services => new PubSubStoreValidator(services, name));
            return builder;
        }

        private sealed class PubSubStoreValidator(IServiceProvider services, string provider) : IConfigurationValidator
        {
            public void ValidateConfiguration()
            {
                if (services.GetServices<NamedStorage>().All(s => s.Name is not "PubSubStore" && s.Name != provider))
                {
                    throw new OrleansConfigurationException(
                        $"Streams with explicit subscriptions require a grain storage named PubSubStore or {provider} to be configured with the silo. "
                        + $"Please configure one for your stream {provider}.");
                }
            }
        }
    }

    public static class ClientBuilderStreamingExtensions
    {
        public static IClientBuilder AddMemoryStreams(
            this IClientBuilder builder, string name, Action<IClusterClientMemoryStreamConfigurator>? configure = null)
        {
            MemoryStreams.Add(builder.Services, name, configure is not null);
            return builder;
        }
    }

    internal static class MemoryStreams
    {
        public static void Add(IServiceCollection services, string name, bool isConfigured)
        {
            if (isConfigured)
            {
                throw new NotSupportedException("The stand-in's memory streams have no settings.");
            }

            services.AddKeyedSingleton<IStreamProvider>(name, (services, _) => new MemoryStreamProvider(name, services.GetRequiredService<Node>()));
        }
    }

    public static class MemoryGrainStorageSiloBuilderExtensions
    {
        public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder, Action<MemoryGrainStorageOptions> configureOptions) =>
            builder.AddMemoryGrainStorage("Default", configureOptions);

        /// <summary>Names a storage. Grains of the stand-in keep no state in it; streams ask that it is there.</summary>
        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name, Action<MemoryGrainStorageOptions> configureOptions)
        {
            builder.Services.Configure(name, configureOptions);
            return builder.AddMemoryGrainStorage(name);
        }

        public static ISiloBuilder AddMemoryGrainStorageAsDefault(
            this ISiloBuilder builder, Action<Microsoft.Extensions.Options.OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null) =>
            builder.AddMemoryGrainStorage("Default", configureOptions);

        public static ISiloBuilder AddMemoryGrainStorage(
            this ISiloBuilder builder,
            string name,
            Action<Microsoft.Extensions.Options.OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null)
        {
            configureOptions?.Invoke(builder.Services.AddOptions<MemoryGrainStorageOptions>(name));
            builder.Services.AddSingleton(new NamedStorage(name));
            return builder;
        }
    }

    internal sealed record NamedStorage(string Name);
}

namespace Orleans.Configuration
{
    public class MemoryGrainStorageOptions
    {
        /// <summary>How many grains the real engine spreads the storage over. Default: 10.</summary>
        public int NumStorageGrains { get; set; } = 10;
    }
}
