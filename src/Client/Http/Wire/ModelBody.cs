using System.Text.Json.Serialization;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>A model. The first four fields are what OpenAI's clients read.</summary>
public sealed record ModelBody
{
    /// <summary>What callers write as "model".</summary>
    public required string Id { get; init; }

    /// <summary>Always "model".</summary>
    public string Object { get; init; } = "model";

    /// <summary>When it was registered, in seconds since 1970.</summary>
    public required long Created { get; init; }

    public string OwnedBy { get; init; } = "orleansdiffusion";

    /// <summary>Digest of its manifest.</summary>
    public required string Version { get; init; }

    /// <summary>Where its files are; for administrators only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Folder { get; init; }

    /// <summary>Where its files were fetched from; for administrators only. Absent for a folder that somebody put there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long Bytes { get; init; }

    /// <summary>Device memory that a replica needs, as estimated.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What a replica was seen to need on a kind of device, which counts there; absent: not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MeasuredMemoryBody? MeasuredMemory { get; init; }

    /// <summary>sd, lcm, sdxl...</summary>
    public required string Family { get; init; }

    public required ModelFactsBody Facts { get; init; }

    public required PoolPolicyBody Policy { get; init; }

    public static ModelBody From(ModelEntry model, bool showFolder) => new()
    {
        Id = model.Name,
        Created = model.AddedAt.ToUnixTimeSeconds(),
        Version = model.Version,
        Folder = showFolder ? model.Folder : null,
        Url = showFolder ? model.Url : null,
        Bytes = model.FileBytes,
        MemoryBytes = model.MemoryBytes,
        MeasuredMemory = model.Measured is { } measured ? new MeasuredMemoryBody(measured.Provider, measured.Bytes) : null,
        Family = model.Facts.Family,
        Facts = ModelFactsBody.From(model.Facts),
        Policy = PoolPolicyBody.From(model.Policy),
    };

    public ModelEntry ToEntry() => new()
    {
        Name = Id,
        Version = Version,
        Folder = Folder ?? "",
        Url = Url,
        FileBytes = Bytes,
        MemoryBytes = MemoryBytes,
        Measured = MeasuredMemory is { } measured ? new MeasuredMemory(measured.Provider, measured.Bytes) : null,
        Facts = Facts.ToFacts(Family),
        Policy = Policy.ToPolicy(),
        AddedAt = DateTimeOffset.FromUnixTimeSeconds(Created),
    };
}

/// <param name="Provider">cpu, cuda...</param>
/// <param name="Bytes">Weights and working memory.</param>
public sealed record MeasuredMemoryBody(string Provider, long Bytes);

public sealed record ModelListBody(IReadOnlyList<ModelBody> Data)
{
    /// <summary>Always "list".</summary>
    public string Object { get; init; } = "list";
}

/// <param name="Folder">Absolute folder on the cluster's disks; or else an address.</param>
/// <param name="Name">1-64 characters of a-z 0-9 . _ -; absent: the folder's name.</param>
/// <param name="Url">http://, https:// or s3://bucket/folder of a model's folder, which is fetched.</param>
public sealed record AddModelBody(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Folder,
    string? Name = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url = null);

/// <param name="Model">As it was registered.</param>
/// <param name="Warnings">What works but should be known.</param>
public sealed record AddedModelBody(ModelBody Model, IReadOnlyList<string> Warnings);
