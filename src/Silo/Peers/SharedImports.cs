using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Downloads;
using OrleansDiffusion.Silo.Models;
using OrleansDiffusion.Weights;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>
/// One import for all silos: who has it tells the notice board (a grain), and who needs it takes the manifest from one of
/// them and the chunks from all. The board may be away: then this silo knows what its cache knows, and loads the slow way.
/// </summary>
internal sealed partial class SharedImports(
    NodeOptions options, NodeWeights weights, ImportShelf shelf, ChunkClient client, DownloadedModels downloads, IGrainFactory grains,
    TimeProvider time, ILogger<SharedImports> log) : ISharedImports
{
    private const string FolderName = "imported";

    /// <summary>For an import that another silo is making, on a machine that does not see the model's folder.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(10);

    /// <summary>A board that moves may be twice for a moment, and each give the claim to another. The one that stays says it again.</summary>
    private const int ClaimCountMin = 2;

    private static readonly TimeSpan HoldInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BoardTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Without a folder of its own, an import lies in the cache's only until the cache has taken it.</summary>
    public string ImportFolder { get; } = options.ImportFolder ?? Path.Combine(options.Weights!.CacheFolder, FolderName);

    public async Task<ImportedFolder?> Open(
        string name, ModelEntry model, bool mustBeWhole, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var manifest = mustBeWhole ? await FindWhole(name, cancellation) : await Find(name, cancellation);
        if (manifest is null && !Directory.Exists(model.Folder)) manifest = await Await(name, model, progress, cancellation);
        return manifest is null ? null : await Open(manifest, name, model, progress, cancellation);
    }

    public IReadOnlyList<string> Names => [.. shelf.Look().Select(held => held.Name).Distinct()];

    /// <summary>Builds with another runtime may have made another of that name: all of them go.</summary>
    public bool LetGo(string name)
    {
        var gone = shelf.Look().Where(held => held.Name == name).Select(held => weights.Cache.TryRemove(held.Manifest.Digest)).ToList();
        return gone.Count > 0 && !gone.Contains(false);
    }

    public Task<bool> Claim(string name, CancellationToken cancellation) => Claim(name, ifBoardIsAway: true, cancellation);

    public async Task Publish(string name, string folder, CancellationToken cancellation)
    {
        var paths = ImportRecord.Read(folder)!.TravellingFiles(folder);
        var manifest = await ChunkedFolder.Read(folder, paths, cancellation: cancellation);
        await using (var fetch = await weights.Node.Open(manifest, new FolderOrigin(folder), cancellation)) await fetch.WhenStored(cancellation);
        await Offer(name, manifest.Digest, cancellation);
        if (options.ImportFolder is null) Directory.Delete(folder, recursive: true);
        Log.Published(log, name, manifest.Digest, manifest.ContentBytes);
    }

    public Task Leave(string name) => Ask(() => Done(Board(name).Leave(weights.SiloId)), false, CancellationToken.None);

    /// <summary>
    /// Tells the board what is whole here; said again and again, since the board forgets. Of what is not whole the tracker
    /// knows: an offer of it would keep others from importing anew what nobody has whole any more.
    /// </summary>
    public async Task OfferAll(CancellationToken cancellation)
    {
        foreach (var held in shelf.Look().Where(held => held.IsWhole)) await Offer(held.Name, held.Manifest.Digest, cancellation);
    }

    /// <summary>Where chunks come from that no silo has: the folder of the import, where this machine has it.</summary>
    public IWeightsOrigin OriginOf(string name)
    {
        var folder = Path.Combine(ImportFolder, name);
        return ImportRecord.Read(folder) is null ? new NoOrigin(time) : new FolderOrigin(folder);
    }

    private async Task<ImportedFolder?> Open(
        ChunkManifest manifest, string name, ModelEntry model, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        ModelFetch? unused = null;
        try
        {
            var fetch = unused = await weights.Node.Open(manifest, OriginOf(name), cancellation);
            var arrival = new FetchedWeights(fetch);
            var record = fetch.WhenArrived(ImportRecord.FileName, cancellation);
            if (!record.IsCompleted) progress.Report(new LoadProgress(ReplicaPhase.Fetching, "fetch", 0, arrival.Bytes));
            await record;
            if (ImportRecord.Read(fetch.FillingFolder) is not null)
            {
                unused = null;
                return new ImportedFolder(fetch.FillingFolder, arrival) { Hold = fetch, Fetched = () => arrival.Bytes };
            }

            Log.OfAnotherBuild(log, name);
            return null;
        }
        catch (WeightsException refused)
        {
            Log.NotOpened(log, name, refused.Message);
            return model.Url is not null || Directory.Exists(model.Folder) ? null : throw new InferenceException(refused.Message, refused);
        }
        finally
        {
            if (unused is not null) await unused.DisposeAsync();
        }
    }

    /// <summary>Null if this silo had to fetch the model's own folder: nobody has its import, and nobody else is at it.</summary>
    private async Task<ChunkManifest?> Await(string name, ModelEntry model, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var claimCount = 0;
        Log.Waits(log, name, model.Folder);
        while (model.Url is not null || time.GetElapsedTime(began) < WaitMax)
        {
            var isBoardAway = time.GetElapsedTime(began) >= ChunkTracker.SilenceMax; // Before that it may be moving.
            claimCount = model.Url is not null && await Claim(name, ifBoardIsAway: isBoardAway, cancellation) ? claimCount + 1 : 0;
            if (claimCount == ClaimCountMin)
            {
                await Bring(name, model, progress, cancellation);
                return null;
            }

            progress.Report(new LoadProgress(ReplicaPhase.Fetching, "import", time.GetElapsedTime(began) / WaitMax * 0.01)); // It moves: it is waited for.
            await Task.Delay(LookInterval, time, cancellation);
            if (await FindWhole(name, cancellation) is { } manifest) return manifest;
        }

        throw new InferenceException($"{model.Folder} is not on this machine, and no silo has imported it in {WaitMax.TotalMinutes:0} minutes.");
    }

    /// <summary>The claim is said again for as long as it takes, and given up when nothing comes of it.</summary>
    private async Task Bring(string name, ModelEntry model, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        try
        {
            await using var holding = time.CreateTimer(_ => _ = Claim(name, CancellationToken.None), null, HoldInterval, HoldInterval);
            await downloads.Bring(model, progress, cancellation);
        }
        catch
        {
            await Leave(name);
            throw;
        }
    }

    /// <summary>What is here counts first: the import's manifest, whoever has it. Null if nobody can be asked.</summary>
    public async Task<ChunkManifest?> Find(string name, CancellationToken cancellation) =>
        shelf.Find(name)?.Manifest ?? await FindOffered(name, cancellation);

    /// <summary>What some silo has all of, be it this one.</summary>
    private async Task<ChunkManifest?> FindWhole(string name, CancellationToken cancellation) =>
        shelf.Find(name) is { IsWhole: true } here ? here.Manifest : await FindOffered(name, cancellation);

    private async Task<ChunkManifest?> FindOffered(string name, CancellationToken cancellation)
    {
        foreach (var offer in await Ask(() => Board(name).Find(), [], cancellation))
        {
            if (offer.SiloId == weights.SiloId) continue; // It was evicted since.
            try
            {
                if (await client.ReadManifest(new Uri(offer.Address), offer.ManifestDigest, cancellation) is { } manifest) return manifest;
            }
            catch (Exception problem) when (problem is IOException or WeightsException)
            {
                Log.NoManifest(log, offer.SiloId, name, problem.Message);
            }
        }

        return null;
    }

    /// <param name="name">Of the import.</param>
    /// <param name="ifBoardIsAway">Whether to go on without its word: at worst, two silos then make the same bytes.</param>
    /// <param name="cancellation">Stops waiting.</param>
    private async Task<bool> Claim(string name, bool ifBoardIsAway, CancellationToken cancellation)
    {
        if (shelf.Find(name) is { IsWhole: true }) return false;
        return await Ask(() => Board(name).Claim(weights.SiloId), otherwise: ifBoardIsAway, cancellation);
    }

    private Task<bool> Offer(string name, string digest, CancellationToken cancellation) =>
        Ask(() => Done(Board(name).Offer(new ImportOffer(digest, weights.SiloId, weights.Address.AbsoluteUri))), false, cancellation);

    private IImportsGrain Board(string name) => grains.GetGrain<IImportsGrain>(name);

    private async Task<T> Ask<T>(Func<Task<T>> ask, T otherwise, CancellationToken cancellation)
    {
        try
        {
            return await ask().WaitAsync(BoardTimeout, time, cancellation);
        }
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
        {
            Log.BoardAway(log, problem.Message);
            return otherwise;
        }
    }

    private static async Task<bool> Done(Task told)
    {
        await told;
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1071, LogLevel.Information, "The import {Name} is there for all silos as {Digest}, {Bytes} bytes")]
        public static partial void Published(ILogger log, string name, string digest, long bytes);

        [LoggerMessage(1072, LogLevel.Information, "{Folder} is not on this machine: the import {Name} is waited for")]
        public static partial void Waits(ILogger log, string name, string folder);

        [LoggerMessage(1073, LogLevel.Warning, "The import {Name} is of another runtime and is not used")]
        public static partial void OfAnotherBuild(ILogger log, string name);

        [LoggerMessage(1074, LogLevel.Warning, "The import {Name} cannot be had: {Reason}")]
        public static partial void NotOpened(ILogger log, string name, string reason);

        [LoggerMessage(1075, LogLevel.Information, "{Silo} did not give the manifest of {Name}: {Reason}")]
        public static partial void NoManifest(ILogger log, string silo, string name, string reason);

        [LoggerMessage(1076, LogLevel.Debug, "The notice board of imports did not answer: {Reason}")]
        public static partial void BoardAway(ILogger log, string reason);
    }
}
