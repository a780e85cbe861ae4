using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Adds to every silo of a test cluster.</summary>
public interface ISiloConfigurator
{
    void Configure(ISiloBuilder siloBuilder);
}

/// <summary>Adds to the host of every silo of a test cluster, or to the client's.</summary>
public interface IHostConfigurator
{
    void Configure(IHostBuilder hostBuilder);
}

/// <summary>Adds to the client of a test cluster.</summary>
public interface IClientBuilderConfigurator
{
    void Configure(IConfiguration configuration, IClientBuilder clientBuilder);
}

/// <summary>Describes a test cluster by configurator classes.</summary>
public class TestClusterBuilder
{
    private readonly List<Action<IConfigurationBuilder>> _hostConfiguration = [];

    public TestClusterBuilder()
        : this(2)
    {
    }

    public TestClusterBuilder(short initialSilosCount)
    {
        Options = new TestClusterOptions
        {
            InitialSilosCount = initialSilosCount,
            ClusterId = CreateClusterId(),
            ServiceId = Guid.NewGuid().ToString("N"),
            InitializeClientOnDeploy = true,
            AssumeHomogenousSilosForTesting = true,
        };
    }

    public TestClusterOptions Options { get; }

    public Dictionary<string, string> Properties { get; } = [];

    public static string CreateClusterId() => "testcluster-" + Guid.NewGuid().ToString("N")[..8];

    public TestClusterBuilder AddSiloBuilderConfigurator<T>()
        where T : new()
    {
        Check<T>(typeof(ISiloConfigurator), typeof(IHostConfigurator));
        Options.SiloBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName!);
        return this;
    }

    public TestClusterBuilder AddClientBuilderConfigurator<T>()
        where T : new()
    {
        Check<T>(typeof(IClientBuilderConfigurator), typeof(IHostConfigurator));
        Options.ClientBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName!);
        return this;
    }

    public TestClusterBuilder ConfigureHostConfiguration(Action<IConfigurationBuilder> configureDelegate)
    {
        _hostConfiguration.Add(configureDelegate);
        return this;
    }

    public TestCluster Build()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Properties.Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)));
        _hostConfiguration.ForEach(configure => configure(configuration));
        return new TestCluster(Options, configuration.Build());
    }

    private static void Check<T>(params Type[] accepted)
    {
        if (!Array.Exists(accepted, type => type.IsAssignableFrom(typeof(T))))
        {
            throw new ArgumentException($"{typeof(T)} implements none of {string.Join<Type>(", ", accepted)}.");
        }
    }
}

public class TestClusterOptions
{
    public string ClusterId { get; set; } = "";

    public string ServiceId { get; set; } = "";

    public short InitialSilosCount { get; set; }

    public bool InitializeClientOnDeploy { get; set; }

    /// <summary>Placement filters are left out. Default: true.</summary>
    public bool AssumeHomogenousSilosForTesting { get; set; }

    public List<string> SiloBuilderConfiguratorTypes { get; } = [];

    public List<string> ClientBuilderConfiguratorTypes { get; } = [];
}
