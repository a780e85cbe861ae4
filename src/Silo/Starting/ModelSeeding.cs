using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;

namespace OrleansDiffusion.Silo.Starting;

/// <summary>
/// Registers the node's seed models at the first start on a data folder, so that there is something to draw with. Only
/// then: an operator who removed one does not want it back.
/// </summary>
internal sealed partial class ModelSeeding(NodeOptions node, IDiffusionClientFactory clients, ILogger<ModelSeeding> log) : IHostedService
{
    private const string MarkFileName = "models-seeded";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var mark = Path.Combine(node.DataFolder, MarkFileName);
        if (node.SeedModelFolders.Count == 0 || File.Exists(mark)) return;
        var client = clients.ForTenant(GrainKeys.DefaultTenant);
        foreach (var folder in node.SeedModelFolders)
        {
            try
            {
                await client.AddModelAsync(folder, cancellation: cancellationToken);
            }
            catch (DiffusionException refused)
            {
                Log.SeedRefused(log, folder, refused.Message);
            }
        }

        await File.WriteAllTextAsync(mark, "", cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Warning, "The model in {Folder} was not registered: {Reason}")]
        public static partial void SeedRefused(ILogger log, string folder, string reason);
    }
}
