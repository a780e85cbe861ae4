using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Silo;

/// <summary>How one node is set up.</summary>
public sealed record NodeOptions
{
    /// <summary>Folder of the database and the pictures. One node at a time works on it. In a cluster: only of this node's marks.</summary>
    [Required]
    public required string DataFolder { get; init; }

    /// <summary>Name of the silo; shown on the dashboard and kept in the ledger of jobs. Default: the host's name.</summary>
    public string SiloName { get; init; } = Environment.MachineName;

    /// <summary>The cluster that this node belongs to. Without one it is alone, and its data folder holds everything.</summary>
    public MembershipOptions? Cluster { get; init; }

    /// <summary>
    /// Bring the models up on this node's devices. Without it the node has no device: it starts faster and serves for
    /// looking things up and for registering models. Default: true.
    /// </summary>
    public bool LoadModels { get; init; } = true;

    /// <summary>Model folders that are registered at start when the catalog does not know them yet.</summary>
    public IReadOnlyList<string> SeedModelFolders { get; init; } = [];

    /// <summary>The node's devices. Default: one CPU device.</summary>
    public IReadOnlyList<DeviceOptions> Devices { get; init; } = [new DeviceOptions()];

    /// <summary>
    /// Folder on this machine's own disk for imported models, which load faster and take their size again. Several nodes of
    /// one machine may share it. Default: imported in the data folder; in a cluster, whose data folder is a shared one, none.
    /// </summary>
    public string? ImportFolder { get; init; }

    /// <summary>
    /// Folder for models that are added by an address. Several nodes may share it. Default: models in the data folder, which in
    /// a cluster is the shared one, so that all silos see what one has fetched.
    /// </summary>
    public string? ModelFolder { get; init; }

    /// <summary>The weights that this node of a cluster keeps and gives to the others. Default: none.</summary>
    public NodeWeightsOptions? Weights { get; init; }

    /// <summary>How long a start waits for another node to leave the data folder. Longer hides a forgotten process. Default: 10 min.</summary>
    public TimeSpan LockWaitMax { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>A node's own part of the exchange of weights. It takes place only where the cluster has a secret (WeightsOptions).</summary>
public sealed record NodeWeightsOptions
{
    /// <summary>On this machine's own disk, for this node alone.</summary>
    [Required]
    public required string CacheFolder { get; init; }

    /// <summary>Bytes of weights that may lie there. More keeps more models near the devices. Default: 100 GiB.</summary>
    [Range(1L << 20, 1L << 50)]
    public long BudgetBytes { get; init; } = 100L << 30;

    /// <summary>
    /// Bytes of them that may be kept in memory ahead of loads, beside what the devices' models take there. More has more models
    /// load without reading a disk, and leaves less for everything else. Default: 0, none.
    /// </summary>
    [Range(0, 1L << 50)]
    public long MemoryBytes { get; init; }

    /// <summary>Where chunks are given to the other silos, on the advertised address; 0 takes a free one. Default: 8090.</summary>
    [Range(0, 65535)]
    public int ChunkPort { get; init; } = 8090;
}

/// <summary>One device of a node.</summary>
public sealed record DeviceOptions
{
    /// <summary>cpu or cuda. Default: cpu.</summary>
    [AllowedValues("cpu", "cuda")]
    public string Provider { get; init; } = "cpu";

    /// <summary>Which one of its kind; with cuda, the GPU's index. Default: 0.</summary>
    [Range(0, 63)]
    public int Ordinal { get; init; }

    /// <summary>
    /// Bytes that replicas may reserve. More holds more models at once, and risks what else runs here. Default: half of
    /// the machine's memory for the CPU; all of the GPU's but 1 GiB.
    /// </summary>
    [Range(1L << 20, 1L << 50)]
    public long? MemoryBytes { get; init; }

    /// <summary>Threads inside one operator, on the CPU. Default: as many as there are cores.</summary>
    [Range(1, 1024)]
    public int? ThreadCount { get; init; }

    /// <summary>Fall back to the CPU when the GPU cannot be used here, rather than refuse to start. Default: false.</summary>
    public bool MayFallBack { get; init; }

    /// <summary>What placement may ask for, such as gpu, zone, pool, price_per_hour or preemptible.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string Id => $"{Provider}{Ordinal}";
}
