using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansDiffusion.Weights.Tests.Exchange;

/// <summary>Connections that were upgraded, seen from both ends, and from outside.</summary>
public sealed class ChunkLineTests : IAsyncLifetime
{
    private const int MissingChunk = 9;
    private static readonly SmallModel Model = SmallModel.Of(1, ("model_index.json", 0), ("unet/model.onnx", 16 * SmallModel.ChunkBytes));
    private static readonly string Unet = Model.Manifest.Find("unet/model.onnx")!.Sha256;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private readonly TemporaryFolder _folder = new();
    private readonly ClusterSecret _secret = new(LoopbackNode.Secret, TimeProvider.System);
    private readonly List<WebApplication> _servers = [];
    private readonly ConcurrentQueue<string> _paths = [];
    private WeightsCache _cache = null!;
    private ModelLease _lease = null!;

    public ValueTask InitializeAsync()
    {
        _cache = new WeightsCache(new WeightsCacheOptions { Folder = _folder.Path, BudgetBytes = 1 << 20 }, TimeProvider.System);
        _lease = _cache.Lease(Model.Manifest);
        foreach (var chunk in Model.Manifest.Chunks.Where(chunk => chunk.Number != MissingChunk)) _lease.Put(chunk, Model.BytesOf(chunk));
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_chunk_that_is_here_comes_over_one_connection_past_the_server_or_through_it(bool mayUseSocket)
    {
        var peer = await Start(new LineOptions { MayUseSocket = mayUseSocket });
        using var client = new ChunkClient(_secret, TimeProvider.System);

        foreach (var chunk in Model.Manifest.Chunks)
        {
            var bytes = new byte[chunk.Bytes];
            Assert.Equal(chunk.Number != MissingChunk, await client.Read(peer, chunk, bytes, CancellationToken.None));
            if (chunk.Number != MissingChunk) Assert.Equal(Model.BytesOf(chunk).ToArray(), bytes);
        }

        Assert.Equal(["/chunks"], _paths);
    }

    [Theory]
    [InlineData(10, 20, 10, 20)]
    [InlineData(1000, 5000, 1000, 24)]
    [InlineData(1000, 0, 1000, 24)]
    public async Task A_part_of_a_chunk_comes(int from, int count, int first, int length)
    {
        using var line = await Line.Open(await Start(), _secret);

        Assert.Equal((200, length), await line.Ask(new LineRequest(Unet, 3, from, count)));
        Assert.Equal(Model.BytesOf("unet/model.onnx").AsSpan(3 * SmallModel.ChunkBytes + first, length).ToArray(), await line.Take(length));
    }

    [Fact]
    public async Task What_is_not_here_or_not_a_part_is_said_and_the_line_goes_on()
    {
        using var line = await Line.Open(await Start(), _secret);

        Assert.Equal((404, 0), await line.Ask(new LineRequest(Unet, Model.Manifest.Chunks[MissingChunk].Index)));
        Assert.Equal((404, 0), await line.Ask(new LineRequest(Unet, 16)));
        Assert.Equal((404, 0), await line.Ask(new LineRequest(Unet, -1)));
        Assert.Equal((404, 0), await line.Ask(new LineRequest(new string('0', 64), 0)));
        Assert.Equal((416, 0), await line.Ask(new LineRequest(Unet, 3, 1024)));
        Assert.Equal((416, 0), await line.Ask(new LineRequest(Unet, 3, -1)));
        Assert.Equal((416, 0), await line.Ask(new LineRequest(Unet, 3, 0, -1)));
        Assert.Equal((200, 1024), await line.Ask(new LineRequest(Unet, 3)));
    }

    [Fact]
    public async Task A_request_that_was_overheard_is_good_for_no_other_place_and_no_other_line()
    {
        var peer = await Start();
        using var line = await Line.Open(peer, _secret);
        var request = new LineRequest(Unet, 3).Sign(_secret, line.Nonce, 0);
        Assert.Equal((200, 1024), await line.Send(request));
        await line.Take(1024);

        Assert.Equal((401, 0), await line.Send(request));
        Assert.True(await line.IsOver());
        using var other = await Line.Open(peer, _secret);
        Assert.Equal((401, 0), await other.Send(request));
        Assert.True(await other.IsOver());
    }

    [Fact]
    public async Task Without_the_secret_there_is_no_line()
    {
        var peer = await Start();
        using var client = new ChunkClient(new ClusterSecret("another secret of some length", TimeProvider.System), TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<IOException>(() => Read(client, peer, 3));

        Assert.Equal($"{peer} answers 401.", refusal.Message);
        Assert.Equal(["/chunks"], _paths);
    }

    [Fact]
    public async Task A_plain_request_for_a_line_is_told_to_upgrade()
    {
        using var http = new HttpClient();
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(await Start(), "/chunks"));
        request.Headers.TryAddWithoutValidation("Authorization", _secret.Sign("GET", "/chunks"));

        using var answer = await http.SendAsync(request);

        Assert.Equal((HttpStatusCode.UpgradeRequired, "od-chunks/1"), (answer.StatusCode, answer.Headers.Upgrade.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_knows_no_lines_or_has_no_more_is_asked_the_plain_way(bool isOlder)
    {
        var peer = await Start(new LineOptions { LineCountMax = 0 }, isOlder);
        using var client = new ChunkClient(_secret, TimeProvider.System);

        Assert.True(await Read(client, peer, 3));
        Assert.True(await Read(client, peer, 4));

        Assert.Equal(["/chunks", $"/chunks/{Unet}/3", $"/chunks/{Unet}/4"], _paths);
    }

    [Fact]
    public async Task A_line_that_the_peer_closed_meanwhile_is_replaced()
    {
        var peer = await Start(new LineOptions { IdleTimeout = Soon });
        using var client = new ChunkClient(_secret, TimeProvider.System);
        Assert.True(await Read(client, peer, 3));
        using var line = await Line.Open(peer, _secret);
        Assert.True(await line.IsOver()); // It idles for as long as the client's, which began before.

        Assert.True(await Read(client, peer, 4));
    }

    [Fact]
    public async Task A_peer_that_dies_in_the_middle_of_a_chunk_is_an_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var peer = new Uri($"http://{listener.LocalEndpoint}/");
        using var client = new ChunkClient(_secret, TimeProvider.System);
        var read = Read(client, peer, 3);
        using (var socket = await listener.AcceptSocketAsync())
        {
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: od-chunks/1\r\nOD-Chunks-Nonce: {new string('0', 64)}\r\n\r\n"));
            await socket.ReceiveAsync(new byte[LineRequest.Bytes]);
            var half = new byte[LineProtocol.HeadBytes + 500];
            LineProtocol.WriteHead(half, 200, 1024);
            await socket.SendAsync(half);
        }

        await Assert.ThrowsAnyAsync<IOException>(() => read);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_takes_nothing_is_dropped(bool mayUseSocket)
    {
        var peer = await Start(new LineOptions { MayUseSocket = mayUseSocket, StallTimeout = Soon });
        using var line = await Line.Open(peer, _secret);

        // More than buffers take in: asked for without reading an answer, until the server has had enough of it.
        await Assert.ThrowsAsync<SocketException>(() => line.AskOnly(new LineRequest(Unet, 3), count: 1_000_000)).WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        _lease.Dispose();
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    private static Task<bool> Read(ChunkClient client, Uri peer, int index)
    {
        var chunk = Model.Manifest.Chunks.Single(one => one.File.Sha256 == Unet && one.Index == index);
        return client.Read(peer, chunk, new byte[chunk.Bytes], CancellationToken.None);
    }

    private async Task<Uri> Start(LineOptions? options = null, bool isOlder = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        _servers.Add(server);
        server.Use((context, next) =>
        {
            _paths.Enqueue(context.Request.Path);
            if (!isOlder || context.Request.Path != "/chunks") return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        server.MapChunks(_cache, _secret, options ?? new LineOptions());
        await server.StartAsync();
        return new Uri(server.Urls.Single());
    }
}
