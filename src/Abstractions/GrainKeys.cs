using System.Globalization;

namespace OrleansDiffusion.Abstractions;

/// <summary>Keys of the grains of which there is one, and names that both sides of a call must agree on.</summary>
public static class GrainKeys
{
    public const string Cluster = "cluster";

    public const string Catalog = "catalog";

    /// <summary>The tenant of a machine that runs without API keys.</summary>
    public const string DefaultTenant = "default";

    /// <summary>The stream provider, with its subscriptions in the grain storage "PubSubStore".</summary>
    public const string StreamProvider = "events";

    /// <summary>Namespace of the streams that tell a tenant's job changes; keyed by tenant.</summary>
    public const string JobFeed = "job-feed";

    /// <summary>Request-context entry that carries where a replica shall be placed.</summary>
    public const string PlacementSilo = "od.placement.silo";

    public static string Replica(string model, string version, int ordinal) => $"{model}@{version}/{ordinal}";

    /// <summary>The model's name in a replica's key.</summary>
    public static string ModelOf(string replicaId) => replicaId[..replicaId.IndexOf('@', StringComparison.Ordinal)];

    /// <summary>The model's version in a replica's key.</summary>
    public static string VersionOf(string replicaId) => replicaId[(replicaId.IndexOf('@', StringComparison.Ordinal) + 1)..replicaId.LastIndexOf('/')];

    /// <summary>The number in a replica's key.</summary>
    public static int OrdinalOf(string replicaId) => int.Parse(replicaId.AsSpan(replicaId.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);
}
