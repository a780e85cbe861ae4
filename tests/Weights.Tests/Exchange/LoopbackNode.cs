using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansDiffusion.Weights.Tests.Exchange;

/// <summary>A node as it is in production, on a loopback port and with a folder of its own.</summary>
internal sealed class LoopbackNode : IAsyncDisposable
{
    public const string Secret = "a secret of the test cluster";

    private readonly WebApplication _app;
    private readonly ChunkClient _client;
    private int _isOver;

    private LoopbackNode(string name, string folder, IChunkTracker tracker, SwarmOptions options, WebApplication app, WeightsCache cache)
    {
        (_app, Cache) = (app, cache);
        _client = new ChunkClient(new ClusterSecret(Secret, TimeProvider.System), TimeProvider.System);
        Folder = folder;
        Node = new WeightsNode(cache, new NodeIdentity(name, Address), tracker, _client, options, TimeProvider.System, Events);
    }

    public string Folder { get; }

    public WeightsCache Cache { get; }

    public WeightsNode Node { get; }

    public Seen Events { get; } = new();

    public Uri Address => new(_app.Urls.Single());

    public static async Task<LoopbackNode> Start(string name, string folder, IChunkTracker tracker, SwarmOptions? options = null)
    {
        var cache = new WeightsCache(new WeightsCacheOptions { Folder = folder, BudgetBytes = 64 << 20 }, TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapChunks(cache, new ClusterSecret(Secret, TimeProvider.System));
        await app.StartAsync();
        return new LoopbackNode(name, folder, tracker, options ?? new SwarmOptions(), app, cache);
    }

    /// <summary>A second time does nothing: some tests kill a node themselves.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 1) return;
        await Node.DisposeAsync();
        _client.Dispose();
        await _app.DisposeAsync();
        await Cache.DisposeAsync();
    }
}
