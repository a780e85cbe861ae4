using System.Globalization;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Hosting;

/// <summary>One of everything, with no two fields alike, so that a mix-up shows.</summary>
internal static class Sample
{
    public const string JobId = "job_0123456789abcdefghjkmnpqrs";

    public static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static readonly string ArtifactId = new('a', 64);

    public static readonly ModelEntry Model = new()
    {
        Name = "emoji",
        Version = "v-digest",
        Folder = "/models/emoji",
        Url = "https://models.test/emoji/",
        FileBytes = 12_000_000,
        MemoryBytes = 34_000_000,
        Measured = new MeasuredMemory("cpu", 30_000_000),
        AddedAt = Now,
        Policy = new PoolPolicy
        {
            Min = 2, Max = 9, Step = 3, Standby = 4, StandbyLapses = true, WeightsStandby = 7, KeepAlive = TimeSpan.FromSeconds(77),
            KeepAliveQuantile = 0.875, KeepAliveMax = TimeSpan.FromSeconds(7200.5), WaitWorth = 12.5, QueueCountMax = 55, BatchMax = 6,
            Schedules =
            [
                new() { Days = Weekdays.Workdays, From = new(9, 0), To = new(18, 30, 15), Zone = "Europe/Berlin", Min = 5, Standby = 2 },
                new() { Days = Weekdays.Sunday | Weekdays.Monday, Standby = 0 },
            ],
            Needs = new DeviceNeeds { Provider = "cuda", Labels = new Dictionary<string, string> { ["Gpu"] = "l4" } },
        },
        Facts = new ModelFacts
        {
            Family = "sd",
            SideMultiple = 8,
            SideMin = 32,
            SideMax = 128,
            DefaultWidth = 64,
            DefaultHeight = 72,
            DefaultSteps = 25,
            DefaultGuidance = 7.5,
            DefaultSampler = "ddim",
            Samplers = ["ddim", "euler", "lcm"],
            PromptTokenCountMax = 32,
        },
    };

    public static readonly ModelAddition Addition = new(
        "add_0123", "https://models.test/emoji/", "emoji", AdditionState.Fetching, 5_000_000, 12_000_000, Now);

    public static readonly GenerationSpec Spec = new()
    {
        Model = "emoji",
        ModelVersion = "v-digest",
        Prompt = "a red apple",
        NegativePrompt = "a worm",
        Width = 64,
        Height = 72,
        Steps = 25,
        Guidance = 7.5,
        Seed = 7,
        Count = 2,
        Sampler = "ddim",
        Format = "png",
        QualityPercent = 91,
        PreviewCount = 3,
        Priority = -4,
    };

    public static readonly JobRecord Queued = new()
    {
        Id = JobId,
        TenantId = GrainKeys.DefaultTenant,
        Spec = Spec,
        RequestDigest = "",
        CreatedAt = Now,
    };

    public static readonly JobRecord Done = Queued with
    {
        Status = JobStatus.Succeeded,
        StartedAt = Now.AddSeconds(1),
        FinishedAt = Now.AddSeconds(3),
        ReplicaId = "emoji@v-digest/0",
        Device = "silo1/cpu0",
        FailedAttempts = 1,
        Artifacts = [Picture(0), Picture(1)],
        Phases = [new PhaseTime("queued", 0, 1), new PhaseTime("steps", 1, 1.5)],
        Warnings = ["The prompt was cut after 32 tokens."],
    };

    public static readonly ReplicaStatus Replica = new()
    {
        ReplicaId = "emoji@v-digest/0",
        Model = "emoji",
        SiloId = "silo1",
        DeviceId = "cpu0",
        Phase = ReplicaPhase.Ready,
        Progress = 0.75,
        Message = "warm",
        ActiveJobs = [JobId],
        FreeSlots = 5,
        StepSecondsPerMegapixel = 1.25,
        LoadSeconds = 2.5,
        LoadPhases = [new PhaseTime("read", 0, 0.5)],
        LoadedWeights = new LoadedWeights(600, 100, 200, 300, 0.25),
        Since = Now.AddMinutes(-1),
    };

    public static readonly SiloStatus Silo = new()
    {
        SiloId = "silo1",
        HostName = "box",
        StartedAt = Now.AddHours(-1),
        LastSeenAt = Now,
        IsDraining = true,
        ProcessBytes = 123,
        Devices =
        [
            new DeviceStatus
            {
                SiloId = "silo1",
                DeviceId = "cpu0",
                Provider = "cpu",
                Name = "A processor",
                MemoryBytes = 1000,
                ReservedBytes = 400,
                IsBusy = true,
                Labels = new Dictionary<string, string> { ["Zone"] = "attic" },
                Problem = "cpu0 did not answer for 120 s.",
            },
        ],
        WarmVersions = ["v-digest", "v-older"],
        Weights = new()
        {
            DiskBytes = 5000, MemoryBytes = 600, Held = [new("v-older-cpu", 400, WeightsTier.Memory), new("v-held-cpu", 500, WeightsTier.Part)],
        },
        Replicas = [Replica],
    };

    public static readonly WeightsStandbyView Weights = new("emoji", "v-digest-cpu", 7, 3, 2, 999);

    public static readonly PoolView Pool = new()
    {
        Model = "emoji",
        Policy = Model.Policy,
        QueuedCount = 11,
        RunningCount = 1,
        DesiredCount = 3,
        StandbyCount = 2,
        StandbyTarget = 4,
        DeficitReason = "no memory",
        DeficitSeconds = 8.5,
        Evictions = [new(DateTimeOffset.Parse("2026-05-04T11:58:00Z", CultureInfo.InvariantCulture), "emoji@v-digest/1", "silo1/cpu0", "other")],
        Replicas = [Replica],
    };

    public static readonly GrainTypeStatistics Grain = new("Job", 3, 100, 2, 0.25, 1.5);

    public static readonly JobProgress Waiting = new()
    {
        ImageCount = 2,
        Steps = 25,
        QueuePosition = 3,
        EtaSeconds = 12.5,
        Waiting = "the model is loading (40 %)",
    };

    public static readonly JobProgress Stepping = new()
    {
        Phase = "steps",
        ImageIndex = 1,
        ImageCount = 2,
        Step = 5,
        Steps = 25,
        StepsPerSecond = 80.5,
        EtaSeconds = 0.25,
    };

    public static ArtifactRef Picture(int index) =>
        new(index == 0 ? ArtifactId : new string('b', 64), index, "image/png", 4, 64, 72, 7 + index);

    public static JobView Accept(GenerationRequest request)
    {
        var answer = SpecRules.Resolve(request, Model.Facts, Model.Name, Model.Version, new GenerationLimits(), seedIfNone: 7);
        return answer.Spec is { } spec
            ? new JobView(Queued with { Spec = spec }, Waiting)
            : throw new Client.DiffusionException(Refusal.Invalid(answer.Problems));
    }

    public static JobEvent Event(JobEventKind kind, JobRecord record, JobProgress progress, long sequence = 1, byte[]? preview = null) => new()
    {
        Sequence = sequence,
        Kind = kind,
        JobId = record.Id,
        At = Now.AddSeconds(sequence),
        Status = record.Status,
        Progress = progress,
        Preview = preview,
        Record = kind is JobEventKind.State or JobEventKind.Done ? record : null,
    };
}
