using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Onnx.Tests;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Devices;
using OrleansDiffusion.Silo.Downloads;
using OrleansDiffusion.Silo.Models;
using OrleansDiffusion.Silo.Replicas;

namespace OrleansDiffusion.Silo.Tests.Loading;

/// <summary>The parts of a node that load the demo model, on a data folder of their own.</summary>
internal sealed class EmojiNode : IDisposable
{
    public static readonly GenerationSpec Apple = new()
    {
        Model = "emoji", ModelVersion = "", Prompt = "a red apple", Width = 64, Height = 64, Steps = 10, Guidance = 4.5, Seed = 7,
        Count = 1, Sampler = "euler", Format = "png", QualityPercent = 90,
    };

    private readonly TemporaryFolder _data = new();
    private readonly NodeDevices _devices;
    private readonly ModelOrigins _origins;

    public EmojiNode(Prepacking prepack = Prepacking.Never)
    {
        Options = new ReplicaOptions { Prepack = prepack, ImportAfter = TimeSpan.Zero };
        var node = new NodeOptions { DataFolder = _data.Path, Devices = [new DeviceOptions { ThreadCount = 2 }] };
        _devices = new NodeDevices(node, new LogBook<NodeDevices>());
        var origins = Microsoft.Extensions.Options.Options.Create(Origins);
        _origins = new ModelOrigins(origins, TimeProvider.System);
        Downloads = new DownloadedModels(node, _origins, origins, TimeProvider.System, new LogBook<DownloadedModels>());
        Imports = new ImportedModels(node, Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System, Log);
    }

    public static string Source { get; } = Path.Combine(Root(), "models", "emoji");

    public string DataFolder => _data.Path;

    public ReplicaOptions Options { get; }

    public LogBook<ImportedModels> Log { get; } = new();

    public OriginsOptions Origins { get; } = new() { RetryCountMax = 1 };

    public ImportedModels Imports { get; }

    public DownloadedModels Downloads { get; }

    public NodeModelInspector Inspector => InspectorOf(shared: null);

    public async Task<ModelEntry> Inspect()
    {
        return Entry(await Inspector.Inspect(Source, CancellationToken.None));
    }

    public static ModelEntry Entry(ModelInspection found, string? url = null) => new()
    {
        Name = "emoji", Version = found.Version!, Folder = found.Folder, Url = url, FileBytes = found.FileBytes, MemoryBytes = found.MemoryBytes,
        Facts = found.Facts!, AddedAt = DateTimeOffset.UnixEpoch,
    };

    public NodeModelInspector InspectorOf(ISharedImports? shared) => new(_devices, Imports, Downloads, shared);

    public Task Import(ModelEntry model) => Imports.Import(model.Version, model.Folder, OnnxProvider.Cpu, CancellationToken.None);

    public async Task<OnnxReplicaRuntime> Load(ModelEntry model, IProgress<Grains.LoadProgress>? progress = null, IImportedModels? imports = null)
    {
        var loader = new OnnxReplicaLoader(
            _devices, imports ?? Imports, Downloads, new LoadsUnderWay(), Microsoft.Extensions.Options.Options.Create(Options),
            new LogBook<OnnxReplicaLoader>());
        return (OnnxReplicaRuntime)await loader.Load(model, "cpu0", progress ?? new PhaseBook(), CancellationToken.None);
    }

    /// <summary>Loads, draws the apple and frees the device.</summary>
    public async Task<byte[]> Draw(ModelEntry model)
    {
        await using var runtime = await Load(model);
        using var sample = await runtime.Begin(Apple, 0, default, CancellationToken.None);
        return await Finish(runtime, sample);
    }

    public static async Task<byte[]> Finish(OnnxReplicaRuntime runtime, IReplicaSample sample)
    {
        while (sample.StepsDone < sample.StepCount) await runtime.Step([sample], 1, CancellationToken.None);
        return (await runtime.Decode(sample, CancellationToken.None)).Rgb;
    }

    public void Dispose()
    {
        Imports.Dispose();
        _origins.Dispose();
        _devices.Dispose();
        _data.Dispose();
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OrleansDiffusion.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("No repository above.");
    }
}

/// <summary>Notes the phases of a load, each once, and lets a test wait for one.</summary>
internal sealed class PhaseBook : IProgress<Grains.LoadProgress>
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _entered = [];
    private readonly List<string> _names = [];

    public IReadOnlyList<string> Names => _names;

    public void Report(Grains.LoadProgress value)
    {
        if (_names.Count == 0 || _names[^1] != value.Name) _names.Add(value.Name);
        Of(value.Name).TrySetResult();
    }

    public Task WhenEntered(string name) => Of(name).Task;

    private TaskCompletionSource Of(string name) =>
        _entered.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>Keeps what was logged and lets a test wait for the next line.</summary>
internal sealed class LogBook<T> : ILogger<T>
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = [];

    public Task<string> FirstLine => _first.Task;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Enqueue((logLevel, formatter(state, exception)));
        _first.TrySetResult(formatter(state, exception));
    }
}
