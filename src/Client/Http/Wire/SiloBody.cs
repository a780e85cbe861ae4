using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>A node of the cluster.</summary>
public sealed record SiloBody
{
    public required string Id { get; init; }

    public required string Host { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>It takes no new work and will leave.</summary>
    public required bool Draining { get; init; }

    /// <summary>Resident memory of its process.</summary>
    public required long ProcessBytes { get; init; }

    public required IReadOnlyList<DeviceBody> Devices { get; init; }

    public required IReadOnlyList<ReplicaBody> Replicas { get; init; }

    /// <summary>Model versions whose weights it has read last, newest first: another replica of theirs is put there rather than elsewhere.</summary>
    public IReadOnlyList<string> WarmVersions { get; init; } = [];

    /// <summary>What its weights cache holds; null of a silo without one.</summary>
    public SiloWeightsBody? Weights { get; init; }

    public static SiloBody From(SiloStatus silo) => new()
    {
        Id = silo.SiloId,
        Host = silo.HostName,
        StartedAt = silo.StartedAt,
        LastSeenAt = silo.LastSeenAt,
        Draining = silo.IsDraining,
        ProcessBytes = silo.ProcessBytes,
        Devices = [.. silo.Devices.Select(DeviceBody.From)],
        Replicas = [.. silo.Replicas.Select(ReplicaBody.From)],
        WarmVersions = silo.WarmVersions,
        Weights = silo.Weights is { } weights ? SiloWeightsBody.From(weights) : null,
    };

    public SiloStatus ToStatus() => new()
    {
        SiloId = Id,
        HostName = Host,
        StartedAt = StartedAt,
        LastSeenAt = LastSeenAt,
        IsDraining = Draining,
        ProcessBytes = ProcessBytes,
        Devices = [.. Devices.Select(d => d.ToStatus(Id))],
        Replicas = [.. Replicas.Select(r => r.ToStatus())],
        WarmVersions = WarmVersions,
        Weights = Weights?.ToWeights(),
    };
}

/// <summary>A silo's weights cache: replicas are put where their weights are nearest.</summary>
/// <param name="DiskBytes">What may lie on its disk.</param>
/// <param name="MemoryBytes">Of these, what may be kept in memory, too.</param>
/// <param name="Held">The imports that it has.</param>
public sealed record SiloWeightsBody(long DiskBytes, long MemoryBytes, IReadOnlyList<HeldWeightsBody> Held)
{
    public static SiloWeightsBody From(SiloWeights weights) =>
        new(weights.DiskBytes, weights.MemoryBytes, [.. weights.Held.Select(held => new HeldWeightsBody(held.Name, held.Bytes, held.Tier))]);

    public SiloWeights ToWeights() => new()
    {
        DiskBytes = DiskBytes, MemoryBytes = MemoryBytes, Held = [.. Held.Select(held => new HeldWeights(held.Import, held.Bytes, held.Tier))],
    };
}

/// <param name="Import">Its name.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Tier">part (of it on the disk), disk or memory.</param>
public sealed record HeldWeightsBody(string Import, long Bytes, WeightsTier Tier);

/// <summary>One GPU, or the CPU, of one silo.</summary>
/// <param name="Id">Unique within its silo: cpu0, cuda0...</param>
/// <param name="Provider">cpu or cuda.</param>
/// <param name="Name">What it calls itself.</param>
/// <param name="MemoryBytes">The budget.</param>
/// <param name="ReservedBytes">Of the budget, reserved by replicas.</param>
/// <param name="Busy">It is computing now.</param>
/// <param name="Labels">What operators wrote on it.</param>
/// <param name="Problem">Why it is not used until its silo is started again, such as that it hangs; null when nothing is known against it.</param>
public sealed record DeviceBody(
    string Id,
    string Provider,
    string Name,
    long MemoryBytes,
    long ReservedBytes,
    bool Busy,
    IReadOnlyDictionary<string, string> Labels,
    string? Problem = null)
{
    public static DeviceBody From(DeviceStatus device) => new(
        device.DeviceId, device.Provider, device.Name, device.MemoryBytes, device.ReservedBytes, device.IsBusy, device.Labels, device.Problem);

    public DeviceStatus ToStatus(string siloId) => new()
    {
        SiloId = siloId,
        DeviceId = Id,
        Provider = Provider,
        Name = Name,
        MemoryBytes = MemoryBytes,
        ReservedBytes = ReservedBytes,
        IsBusy = Busy,
        Labels = Labels,
        Problem = Problem,
    };
}
