using System.ComponentModel.DataAnnotations;
using System.Net;

namespace OrleansDiffusion.Silo;

/// <summary>How processes find each other: by a table in PostgreSQL, which also holds jobs, models, keys and usage.</summary>
public sealed record MembershipOptions
{
    /// <summary>Npgsql connection string of a database that `od db migrate` has prepared.</summary>
    [Required]
    public required string Database { get; init; }

    /// <summary>Folder of the pictures; the same one for every process of the cluster.</summary>
    [Required]
    public required string ArtifactFolder { get; init; }

    /// <summary>Several clusters may share a database, each under its own name.</summary>
    public string ClusterId { get; init; } = "orleans-diffusion";

    /// <summary>Under which the others reach this silo. Default: loopback, for a cluster of one machine.</summary>
    public IPAddress AdvertisedAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Where silos talk to silos.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; init; } = 11111;

    /// <summary>Where APIs and clients talk to this silo.</summary>
    [Range(1, 65535)]
    public int GatewayPort { get; init; } = 30000;

    /// <summary>
    /// How long a silo may take to answer another's probe. Shorter finds death sooner; longer forgives pauses of the
    /// garbage collector, of a loaded machine and of the network. Default 1 s.
    /// </summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Probes missed in a row before a silo is suspected. Default 2.</summary>
    [Range(1, 100)]
    public int MissedProbesMax { get; init; } = 2;

    /// <summary>Silos that must suspect one before it is dead; of fewer than three silos one is enough. Default 2.</summary>
    [Range(1, 100)]
    public int DeathVoteCount { get; init; } = 2;
}
