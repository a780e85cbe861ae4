using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Bench.Swarm;

/// <summary>One node: cache, server on a loopback port, client.</summary>
internal sealed class SwarmNode : IAsyncDisposable
{
    private static readonly ClusterSecret Secret = new("the secret of a bench", TimeProvider.System);

    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private SwarmNode(string name, WeightsCache cache, WebApplication app, IChunkTracker tracker)
    {
        (_app, Cache) = (app, cache);
        Client = new ChunkClient(Secret, TimeProvider.System);
        Weights = new WeightsNode(cache, new NodeIdentity(name, Address), tracker, Client, new SwarmOptions(), TimeProvider.System);
    }

    public WeightsCache Cache { get; }

    public ChunkClient Client { get; }

    public WeightsNode Weights { get; }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<SwarmNode> Start(string name, DirectoryInfo folder, IChunkTracker tracker)
    {
        var cache = new WeightsCache(new WeightsCacheOptions { Folder = folder.FullName, BudgetBytes = 1L << 40 }, TimeProvider.System);
        var app = Server();
        app.MapChunks(cache, Secret);
        await app.StartAsync();
        return new SwarmNode(name, cache, app, tracker);
    }

    /// <summary>As whoever knows no lines asks.</summary>
    public async Task ReadPlain(Chunk chunk, Memory<byte> into, CancellationToken cancellation)
    {
        var path = $"/chunks/{chunk.File.Sha256}/{chunk.Index}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        request.Headers.TryAddWithoutValidation("Authorization", Secret.Sign("GET", path));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellation);
        await body.ReadExactlyAsync(into, cancellation);
    }

    public static WebApplication Server()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        await Weights.DisposeAsync();
        Client.Dispose();
        _http.Dispose();
        await _app.DisposeAsync();
        await Cache.DisposeAsync();
    }
}
