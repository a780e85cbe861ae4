using System.Text.Json;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage.Tests;

internal static class Examples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="id">Its id.</param>
    /// <param name="second">Seconds after noon at which it was created.</param>
    /// <param name="tenant">Whose job.</param>
    /// <param name="model">Of which model.</param>
    public static JobRecord Job(string id, double second = 0, string tenant = "acme", string model = "emoji") => new()
    {
        Id = id,
        TenantId = tenant,
        RequestDigest = "d1",
        CreatedAt = Noon.AddSeconds(second),
        Spec = new()
        {
            Model = model,
            ModelVersion = "v1",
            Prompt = "a red apple",
            Width = 64,
            Height = 64,
            Steps = 25,
            Guidance = 5,
            Seed = 7,
            Count = 1,
            Sampler = "ddim",
            Format = "png",
            QualityPercent = 90,
        },
    };

    /// <summary>A job of which no field has its default.</summary>
    public static JobRecord FullJob(string id) => Job(id) with
    {
        Spec = new()
        {
            Model = "sd",
            ModelVersion = "v9",
            Prompt = "ein Apfel 🍎, \"rot\"\n",
            NegativePrompt = "blau",
            Width = 512,
            Height = 768,
            Steps = 30,
            Guidance = 7.1,
            Seed = 4294967295,
            Count = 2,
            Sampler = "dpmpp_2m",
            Format = "webp",
            QualityPercent = 75,
            PreviewCount = 5,
            Priority = -3,
        },
        Status = JobStatus.Running,
        Epoch = 3,
        FailedAttempts = 2,
        CreatedAt = Noon.AddTicks(1),
        StartedAt = Noon.AddTicks(12345677),
        FinishedAt = Noon.AddDays(1),
        ReplicaId = "sd@v9/0",
        Device = "a/cuda0",
        Artifacts = [Artifact("f1", 0), Artifact("f2", 1)],
        Error = new(ErrorCode.DeviceFailed, "it burned"),
        Phases = [new("queued", 0, 0.125), new("steps", 0.125, 3.1)],
        Warnings = ["The prompt was cut after 77 tokens."],
    };

    public static ArtifactRef Artifact(string id, int index = 0) => new(id, index, "image/png", 1234, 64, 48, 7 + index);

    public static JobRecord Leased(JobRecord job) => job with { Status = JobStatus.Running, Epoch = job.Epoch + 1 };

    public static JobRecord Finished(JobRecord job, JobStatus status = JobStatus.Succeeded, double second = 10) =>
        job with { Status = status, FinishedAt = Noon.AddSeconds(second) };

    /// <summary>Lists of records compare by reference; their text compares by content.</summary>
    public static void AssertSame<T>(T expected, T actual) => Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
}
