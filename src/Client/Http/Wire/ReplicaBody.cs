using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>A model loaded on a device, or on its way there.</summary>
public sealed record ReplicaBody
{
    /// <summary>model@version/ordinal.</summary>
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required string Silo { get; init; }

    public required string Device { get; init; }

    public required ReplicaPhase Phase { get; init; }

    /// <summary>0..1 of the way to ready.</summary>
    public required double Progress { get; init; }

    /// <summary>What it is doing, or why it stopped.</summary>
    public required string? Message { get; init; }

    public required IReadOnlyList<string> ActiveJobs { get; init; }

    /// <summary>Jobs that it could take right now.</summary>
    public required int FreeSlots { get; init; }

    /// <summary>Measured seconds per step and megapixel of one sample.</summary>
    public required double? StepSecondsPerMegapixel { get; init; }

    /// <summary>Seconds from the order to ready; null until then.</summary>
    public required double? LoadSeconds { get; init; }

    /// <summary>Where the load's time went.</summary>
    public required IReadOnlyList<PhaseTime> LoadPhases { get; init; }

    /// <summary>What the load fetched from where; null where all of the model lay there as files.</summary>
    public LoadedWeightsBody? LoadedWeights { get; init; }

    /// <summary>When this phase began.</summary>
    public required DateTimeOffset Since { get; init; }

    public static ReplicaBody From(ReplicaStatus replica) => new()
    {
        Id = replica.ReplicaId,
        Model = replica.Model,
        Silo = replica.SiloId,
        Device = replica.DeviceId,
        Phase = replica.Phase,
        Progress = replica.Progress,
        Message = replica.Message,
        ActiveJobs = replica.ActiveJobs,
        FreeSlots = replica.FreeSlots,
        StepSecondsPerMegapixel = replica.StepSecondsPerMegapixel,
        LoadSeconds = replica.LoadSeconds,
        LoadPhases = replica.LoadPhases,
        LoadedWeights = replica.LoadedWeights is { } weights ? LoadedWeightsBody.From(weights) : null,
        Since = replica.Since,
    };

    public ReplicaStatus ToStatus() => new()
    {
        ReplicaId = Id,
        Model = Model,
        SiloId = Silo,
        DeviceId = Device,
        Phase = Phase,
        Progress = Progress,
        Message = Message,
        ActiveJobs = ActiveJobs,
        FreeSlots = FreeSlots,
        StepSecondsPerMegapixel = StepSecondsPerMegapixel,
        LoadSeconds = LoadSeconds,
        LoadPhases = LoadPhases,
        LoadedWeights = LoadedWeights?.ToWeights(),
        Since = Since,
    };
}
