using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;
using OrleansDiffusion.Client;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Fakes;

public sealed class FakeLoader(FakeStudio studio, ILocalSiloDetails silo) : IReplicaLoader
{
    public async Task<IReplicaRuntime> Load(ModelEntry model, string deviceId, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var load = new FakeLoad(silo.SiloAddress.ToParsableString(), deviceId, model.Name);
        studio.Loads.Enqueue(load);
        progress.Report(new LoadProgress(ReplicaPhase.Loading, "unet", 0.5));
        await studio.BeforeLoad(load).WaitAsync(cancellation);
        return new FakeRuntime(studio, load.SiloId, deviceId);
    }
}

public sealed class FakeDevices(IReadOnlyList<LocalDevice> devices) : IDeviceInventory
{
    private static readonly Dictionary<string, string> NoLabels = [];

    public FakeDevices(int count, long memoryBytes)
        : this([.. Enumerable.Range(0, count).Select(index => Device(index, memoryBytes))])
    {
    }

    public IReadOnlyList<LocalDevice> Devices { get; } = devices;

    public static LocalDevice Device(int index, long memoryBytes) => new($"fake{index}", "cpu", "A fake device", memoryBytes, NoLabels);
}

/// <summary>Files that say what went into them.</summary>
public sealed class FakeCodec : IImageCodec
{
    public byte[] Encode(RgbImage image, ImageFormat format, int qualityPercent, string? parameters)
    {
        var pixels = Convert.ToHexStringLower(SHA256.HashData(image.Rgb));
        return Encoding.UTF8.GetBytes($"{format} {image.Width}x{image.Height} {qualityPercent} {pixels}\n{parameters}");
    }

    public RgbImage Decode(ReadOnlySpan<byte> file, long pixelCountMax) => throw new FormatException("Only written, never read.");

    public string? ReadParameters(ReadOnlySpan<byte> file) => Encoding.UTF8.GetString(file).Split('\n', 2)[1];
}

/// <summary>Encodes in place, when the test lets it.</summary>
public sealed class FakeEncoder : IPictureEncoder
{
    public Func<Task> BeforeEncode { get; set; } = () => Task.CompletedTask;

    public async Task<byte[]> Encode(RgbImage image, ImageFormat format, int qualityPercent, string? parameters)
    {
        await BeforeEncode();
        return new FakeCodec().Encode(image, format, qualityPercent, parameters);
    }
}

/// <summary>Folders are models, except those whose name says that they are broken. A folder's version is its path.</summary>
public sealed class FakeInspector : IModelInspector
{
    public Task<ModelInspection> Inspect(string folder, CancellationToken cancellation) => Task.FromResult(
        folder.Contains("broken", StringComparison.Ordinal)
            ? new ModelInspection
            {
                Folder = folder,
                Problems = [new FieldProblem("unet/model.onnx", "is missing."), new FieldProblem("tokenizer/vocab.json", "is no JSON.")],
            }
            : new ModelInspection
            {
                Folder = folder,
                Version = VersionOf(folder),
                FileBytes = 12,
                MemoryBytes = Models.MemoryBytes,
                Facts = Models.Facts,
                Warnings = ["It is a fake."],
            });

    /// <summary>Held by a test; then the folder is what comes behind the host.</summary>
    public async Task<ModelInspection> Fetch(string url, IProgress<ModelFetchProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new ModelFetchProgress(6, 12, IsChecking: false));
        await BeforeFetch(url).WaitAsync(cancellation);
        progress.Report(new ModelFetchProgress(12, 12, IsChecking: true));
        if (url.Contains("nowhere", StringComparison.Ordinal))
            return new ModelInspection { Folder = "", Refused = new Refusal(ErrorCode.OriginFailed, $"{url} cannot be read.") };
        return await Inspect(new Uri(url).AbsolutePath.TrimEnd('/'), cancellation);
    }

    public Func<string, Task> BeforeFetch { get; set; } = _ => Task.CompletedTask;

    private static string VersionOf(string folder) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)));
}

public sealed class FakeArtifactSource(IJobStore jobs, IArtifactStore artifacts) : IArtifactSource
{
    public async Task<byte[]?> ReadAsync(string tenantId, string artifactId, CancellationToken cancellation)
    {
        if (await jobs.FindArtifact(tenantId, artifactId, cancellation) is null) return null;
        await using var file = await artifacts.Open(artifactId, cancellation);
        using var copy = new MemoryStream();
        await file!.CopyToAsync(copy, cancellation);
        return copy.ToArray();
    }

    public async Task<JobList> ListAsync(string tenantId, JobFilter filter, CancellationToken cancellation)
    {
        var page = await jobs.List(new JobQuery(tenantId, filter.Status, filter.Model, filter.Cursor, filter.CountMax), cancellation);
        return new JobList(page.Jobs, page.NextCursor);
    }
}

public static class Models
{
    public const long MemoryBytes = 100;

    public static ModelFacts Facts { get; } = new()
    {
        Family = "sd",
        SideMultiple = 8,
        SideMin = 8,
        SideMax = 64,
        DefaultWidth = 16,
        DefaultHeight = 16,
        DefaultSteps = 4,
        DefaultGuidance = 7.5,
        DefaultSampler = "euler",
        Samplers = ["euler", "ddim"],
        PromptTokenCountMax = 32,
    };
}
