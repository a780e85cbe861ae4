using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>
/// Gives chunks to the other silos, on a listener of its own that serves nothing else; says every few seconds what is here;
/// and reads again what was changed, and all of it from time to time.
/// </summary>
internal sealed partial class ChunkPort(
    NodeWeights weights, SharedImports imports, ImportShelf shelf, ClusterSecret secret, IOptions<WeightsOptions> settings,
    TimeProvider time, ILoggerFactory logs)
    : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan OfferInterval = ChunkTracker.SilenceMax / 3;

    /// <summary>For chunks that are on their way when the silo leaves; what breaks off, others give.</summary>
    private static readonly TimeSpan LastChunks = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _log = logs.CreateLogger<ChunkPort>();
    private WebApplication? _app;
    private Task _work = Task.CompletedTask;

    /// <summary>Listens before this silo is one, so that what it then says of itself is true.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders(); // A request for each chunk is no news.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(weights.EndPoint));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LastChunks);
        _app = builder.Build();
        _app.MapChunks(weights.Cache, secret);
        await _app.StartAsync(cancellationToken);
        weights.EndPoint = new IPEndPoint(weights.EndPoint.Address, new Uri(_app.Urls.Single()).Port);
        Log.Listens(_log, weights.Address, weights.Own.CacheFolder, weights.Own.BudgetBytes >> 20);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _work = Task.WhenAll(weights.Node.KeepReporting(_stopping.Token), KeepOffering(), KeepVerifying(isChangedOnly: false), KeepVerifying(isChangedOnly: true));
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => EndWork();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Chunks are given until the silo has left: others may be loading what only this one has.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await EndWork();
        if (Interlocked.Exchange(ref _app, null) is not { } app) return;
        await app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task EndWork()
    {
        if (_app is null) return; // It is over, or never began.
        await _stopping.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task KeepOffering()
    {
        using var timer = new PeriodicTimer(OfferInterval, time);
        do await imports.OfferAll(_stopping.Token);
        while (await timer.WaitForNextTickAsync(_stopping.Token));
    }

    private async Task KeepVerifying(bool isChangedOnly)
    {
        using var timer = new PeriodicTimer(isChangedOnly ? settings.Value.CheckInterval : settings.Value.VerifyInterval, time);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            try
            {
                var found = await weights.Verify(isChangedOnly, OriginOf, _stopping.Token);
                if (found.Count > 0 || !isChangedOnly) Log.Verified(_log, weights.Cache.Models.Count, found.Count);
            }
            catch (WeightsException problem)
            {
                Log.NotRepaired(_log, problem.Message);
            }
        }
    }

    private IWeightsOrigin OriginOf(ChunkManifest manifest) =>
        shelf.Look().FirstOrDefault(held => held.Manifest.Digest == manifest.Digest)?.Name is { } name ? imports.OriginOf(name) : new NoOrigin(time);

    /// <summary>The listener ends with the silo, not by signals of its own.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1081, LogLevel.Information, "Weights are given to other silos at {Address}, from {Folder} with {Mebibytes} MiB")]
        public static partial void Listens(ILogger log, Uri address, string folder, long mebibytes);

        [LoggerMessage(1082, LogLevel.Information, "The weights cache was read again: {ModelCount} models, {CorruptCount} chunks were wrong")]
        public static partial void Verified(ILogger log, int modelCount, int corruptCount);

        [LoggerMessage(1083, LogLevel.Warning, "What is wrong in the weights cache could not be fetched again: {Reason}")]
        public static partial void NotRepaired(ILogger log, string reason);
    }
}
