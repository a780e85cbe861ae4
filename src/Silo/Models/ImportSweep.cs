using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Downloads;

namespace OrleansDiffusion.Silo.Models;

/// <summary>
/// Lets imports and downloads of models go that are not registered any more, each silo its own, some time later: a model that is
/// taken away and put back costs nothing. A catalog that does not answer changes nothing.
/// </summary>
internal sealed partial class ImportSweep(
    ImportedModels imports, DownloadedModels downloads, IGrainFactory grains, IOptions<ReplicaOptions> options, TimeProvider time,
    ILogger<ImportSweep> log) : BackgroundService
{
    /// <summary>Looks in the time for which imports are kept.</summary>
    private const int LookCount = 4;

    private readonly UnwantedImports _unwanted = new(options.Value.ImportsKept, HeldWeights.VersionOf);
    private readonly UnwantedImports _unwantedDownloads = new(options.Value.ImportsKept, version => version);

    /// <summary>One look; what is due goes, unless it is used just now: then at a later one.</summary>
    internal async Task Look()
    {
        try
        {
            var models = await grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).List();
            var versions = models.Select(model => model.Version).ToHashSet(StringComparer.Ordinal);
            foreach (var name in _unwanted.Due(imports.Names, versions, time.GetUtcNow()))
                if (imports.LetGo(name)) Log.Gone(log, name);
            imports.RemoveUnfinished();
            var unusedSince = time.GetUtcNow() - options.Value.ImportsKept;
            foreach (var version in _unwantedDownloads.Due(downloads.Versions, versions, time.GetUtcNow()))
                if (downloads.TryRemove(version, unusedSince)) Log.DownloadGone(log, version);
        }
        catch (Exception problem) // Stores and disks fail; there is a next time.
        {
            Log.NotSwept(log, problem.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ImportsKept / LookCount, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Task.Run(Look, stoppingToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1035, LogLevel.Information, "The import {Name} is gone: no model of that version is registered any more")]
        public static partial void Gone(ILogger log, string name);

        [LoggerMessage(1037, LogLevel.Information, "The downloaded model {Version} is gone: it is not registered any more")]
        public static partial void DownloadGone(ILogger log, string version);

        [LoggerMessage(1036, LogLevel.Warning, "Imports of models that are gone were not looked for, or could not be deleted: {Reason}")]
        public static partial void NotSwept(ILogger log, string reason);
    }
}
