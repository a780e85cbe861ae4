using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Weights;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Models;

/// <summary>
/// The imported models in the node's data folder, each under its source's version and the kind of device. One import at
/// a time, beside whatever the node does: no load waits for one, since the pictures are the same to the last bit.
/// </summary>
internal sealed partial class ImportedModels(
    NodeOptions node, IOptions<ReplicaOptions> options, TimeProvider time, ILogger<ImportedModels> log,
    ISharedImports? shared = null, MemoryNotes? memory = null)
    : BackgroundService, IImportedModels
{
    public const string FolderName = "imported";

    /// <summary>Models that wait to be imported; what does not fit is wanted again at its next load.</summary>
    private const int WaitingCountMax = 64;

    private readonly Channel<Wish> _wishes = Channel.CreateBounded<Wish>(
        new BoundedChannelOptions(WaitingCountMax) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly HashSet<string> _refused = [];

    private readonly ImportFolders? _folders =
        (shared?.ImportFolder ?? node.ImportFolder ?? (node.Cluster is null ? Path.Combine(node.DataFolder, FolderName) : null)) is { } root
            ? new ImportFolders(root)
            : null;

    /// <summary>Of all that is here: in the folder, and in the cache.</summary>
    public IReadOnlyCollection<string> Names => [.. (_folders?.Names ?? []).Union(shared?.Names ?? [], StringComparer.Ordinal)];

    /// <summary>Lets an import go that no model needs any more. False: it is used, or not here; then some of it may be gone.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, by permission.</exception>
    /// <exception cref="WeightsException">The same, of the cache.</exception>
    public bool LetGo(string name)
    {
        var isInCache = shared?.Names.Contains(name) ?? false;
        if (isInCache && !shared!.LetGo(name)) return false;
        var isInFolder = _folders?.Names.Contains(name) ?? false;
        return isInFolder ? _folders!.TryRemove(name) : isInCache;
    }

    /// <summary>Removes what imports that were killed left behind.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, by permission.</exception>
    public void RemoveUnfinished() => _folders?.RemoveUnfinished();

    public async ValueTask<ImportedFolder?> Open(
        ModelEntry model, OnnxProvider provider, bool mustBeWhole, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var found = shared is null || provider.Name != OnnxProvider.CpuName
            ? Find(model.Version, provider)
            : await shared.Open(ModelImport.FolderName(model.Version, provider), model, mustBeWhole, progress, cancellation);
        if (found is not null && model.Measured is null) _ = TellOfMemory(model.Version, found, provider); // No load waits for it.
        return found;
    }

    public ImportedFolder? Find(string version, OnnxProvider provider) => _folders?.Find(ModelImport.FolderName(version, provider));

    public void Want(string version, string folder, OnnxProvider provider)
    {
        if (_folders is null || provider.Name != OnnxProvider.CpuName) return;
        if (options.Value.Prepack == Prepacking.Always && shared is null) return; // What is tuned before it is ready gains nothing for itself.
        _wishes.Writer.TryWrite(new Wish(version, folder, provider, time.GetTimestamp()));
    }

    /// <summary>Imports what is not imported and was not refused before; says what came of it.</summary>
    internal async Task Import(string version, string folder, OnnxProvider provider, CancellationToken cancellation)
    {
        if (_folders is null) return;
        var name = ModelImport.FolderName(version, provider);
        if (_refused.Contains(name))
        {
            await (shared?.Leave(name) ?? Task.CompletedTask); // A load that fetched the model may have claimed it.
            return;
        }

        if (shared is null)
        {
            if (ImportRecord.Read(_folders.PathOf(name)) is null) await Import(new Wish(version, folder, provider, 0), name, cancellation);
            await TellOfMemory(version, _folders.PathOf(name), provider);
            return;
        }

        if (!await shared.Claim(name, cancellation)) return;
        try
        {
            if (!await Import(new Wish(version, folder, provider, 0), name, cancellation)) return;
            await TellOfMemory(version, _folders.PathOf(name), provider);
            await shared.Publish(name, _folders.PathOf(name), cancellation);
        }
        catch (WeightsException exception)
        {
            Refuse(name, folder, version, exception);
        }
        finally
        {
            await shared.Leave(name);
        }
    }

    private Task TellOfMemory(string version, string folder, OnnxProvider provider) => memory?.Tell(version, provider, folder) ?? Task.CompletedTask;

    /// <summary>Of an import whose files may be on their way.</summary>
    private async Task TellOfMemory(string version, ImportedFolder import, OnnxProvider provider)
    {
        try
        {
            await import.Arrival.WhenArrived(ImportTrial.FileName, CancellationToken.None);
        }
        catch (Exception problem) when (problem is ArgumentException or WeightsException or OperationCanceledException)
        {
            return; // It was not measured, or the load ended before it came.
        }

        await TellOfMemory(version, import.Path, provider);
    }

    private async Task<bool> Import(Wish wish, string name, CancellationToken cancellation)
    {
        try
        {
            using var alone = _folders!.TryLock();
            if (alone is null)
            {
                Log.OthersImport(log, _folders.Root, wish.Folder);
                return false;
            }

            var started = time.GetTimestamp();
            await ModelImport.Run(wish.Folder, _folders.PathOf(name), wish.Provider, wish.Version, cancellation);
            Log.Imported(log, wish.Folder, wish.Version, time.GetElapsedTime(started).TotalSeconds);
            return true;
        }
        catch (Exception exception) when (exception is InferenceException or IOException or UnauthorizedAccessException)
        {
            Refuse(name, wish.Folder, wish.Version, exception);
            return false;
        }
    }

    private void Refuse(string name, string folder, string version, Exception why)
    {
        _refused.Add(name);
        Log.NotImported(log, folder, version, why.Message);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var wish in _wishes.Reader.ReadAllAsync(stoppingToken))
        {
            var rest = options.Value.ImportAfter - time.GetElapsedTime(wish.At);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, time, stoppingToken);
            await Task.Run(() => Import(wish.Version, wish.Folder, wish.Provider, stoppingToken), stoppingToken);
        }
    }

    private sealed record Wish(string Version, string Folder, OnnxProvider Provider, long At);

    private static partial class Log
    {
        [LoggerMessage(1031, LogLevel.Information, "{Folder} was imported as version {Version} in {Seconds} s; it loads faster from now on")]
        public static partial void Imported(ILogger log, string folder, string version, double seconds);

        [LoggerMessage(1033, LogLevel.Information, "Another process imports into {Root}; {Folder} is imported at its next load")]
        public static partial void OthersImport(ILogger log, string root, string folder);

        [LoggerMessage(1032, LogLevel.Warning, "{Folder}, version {Version}, is not imported and loads the slow way: {Reason}")]
        public static partial void NotImported(ILogger log, string folder, string version, string reason);
    }
}
