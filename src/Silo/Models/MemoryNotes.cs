using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Silo.Models;

/// <summary>
/// Tells the catalog how much memory an import was seen to need, each time one is made or used: the catalog may have forgotten
/// the model since, and been given it again.
/// </summary>
internal sealed partial class MemoryNotes(IGrainFactory grains, ILogger<MemoryNotes> log)
{
    /// <summary>Never throws: without it the estimate counts.</summary>
    /// <param name="version">Of the model.</param>
    /// <param name="provider">The kind of device that it was imported for.</param>
    /// <param name="folder">The import.</param>
    public async Task Tell(string version, OnnxProvider provider, string folder)
    {
        try
        {
            if (ImportTrial.NeedOf(folder) is not { } bytes) return;
            await grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).NoteMeasured(version, new MeasuredMemory(provider.Name, bytes));
        }
        catch (Exception problem)
        {
            Log.NotTold(log, version, problem.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1034, LogLevel.Information, "What version {Version} needs was not noted, and its estimate counts until its next load: {Reason}")]
        public static partial void NotTold(ILogger log, string version, string reason);
    }
}
