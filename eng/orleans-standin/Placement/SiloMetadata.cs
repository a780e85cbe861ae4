using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace Orleans.Runtime.MembershipService.SiloMetadata;

/// <summary>Labels that a silo carries.</summary>
[GenerateSerializer]
public record SiloMetadata
{
    public static SiloMetadata Empty { get; } = new();

    [Id(0)]
    public ImmutableDictionary<string, string> Metadata { get; private set; } = ImmutableDictionary<string, string>.Empty;

    internal void Add(IEnumerable<KeyValuePair<string, string>> labels) => Metadata = Metadata.SetItems(labels);
}

/// <summary>The labels of every silo of the cluster.</summary>
public interface ISiloMetadataCache
{
    SiloMetadata GetSiloMetadata(SiloAddress siloAddress);
}

public static class SiloMetadataHostingExtensions
{
    /// <summary>Takes the labels from the configuration section <c>Orleans:Metadata</c>.</summary>
    public static ISiloBuilder UseSiloMetadata(this ISiloBuilder builder) => builder.UseSiloMetadata(builder.Configuration);

    public static ISiloBuilder UseSiloMetadata(this ISiloBuilder builder, IConfiguration configuration) =>
        builder.UseSiloMetadata(configuration.GetSection("Orleans").GetSection("Metadata"));

    public static ISiloBuilder UseSiloMetadata(this ISiloBuilder builder, IConfigurationSection configurationSection) =>
        builder.UseSiloMetadata(configurationSection.Get<Dictionary<string, string>>() ?? []);

    public static ISiloBuilder UseSiloMetadata(this ISiloBuilder builder, Dictionary<string, string> metadata)
    {
        builder.Services.Configure<SiloMetadata>(silo => silo.Add(metadata));
        builder.Services.TryAddSingleton<ISiloMetadataCache, SiloMetadataCache>();
        return builder;
    }

    private sealed class SiloMetadataCache(SiloNode local) : ISiloMetadataCache
    {
        public SiloMetadata GetSiloMetadata(SiloAddress siloAddress) =>
            local.Cluster.Find(siloAddress) is { Status: not SiloStatus.Dead } silo
                ? silo.Services.GetRequiredService<IOptions<SiloMetadata>>().Value
                : SiloMetadata.Empty;
    }
}
