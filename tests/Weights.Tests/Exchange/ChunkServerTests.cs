using System.Net;
using System.Net.Http.Headers;

namespace OrleansDiffusion.Weights.Tests.Exchange;

public sealed class ChunkServerTests : IAsyncLifetime
{
    private static readonly SmallModel Model = SmallModel.Usual();
    private static readonly string Unet = Model.Manifest.Find("unet/model.onnx")!.Sha256;

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly ClusterSecret _secret = new(LoopbackNode.Secret, TimeProvider.System);
    private LoopbackNode _node = null!;
    private ModelLease _lease = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await LoopbackNode.Start("one", _folder.Path, new MemoryTracker(TimeProvider.System));
        _lease = _node.Cache.Lease(Model.Manifest);
        foreach (var chunk in Model.Manifest.Chunks.Where(chunk => chunk.Number != 9)) _lease.Put(chunk, Model.BytesOf(chunk));
    }

    [Fact]
    public async Task A_chunk_that_is_here_is_given()
    {
        using var answer = await Get($"/chunks/{Unet}/3");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Model.BytesOf("unet/model.onnx").AsSpan(3 * 1024, 1024).ToArray(), await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(10, 19, 10, 19)]
    [InlineData(1000, 5000, 1000, 1023)]
    [InlineData(1000, null, 1000, 1023)]
    [InlineData(null, 24, 1000, 1023)]
    public async Task A_part_of_a_chunk_is_given(int? from, int? to, int first, int last)
    {
        using var answer = await Get($"/chunks/{Unet}/3", new RangeHeaderValue(from, to));

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {first}-{last}/1024", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(Model.BytesOf("unet/model.onnx").AsSpan(3 * 1024 + first, last - first + 1).ToArray(), await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_has_not_arrived_or_does_not_exist_is_not_found()
    {
        var missing = Model.Manifest.Chunks[9];
        foreach (var path in new[]
        {
            $"/chunks/{missing.File.Sha256}/{missing.Index}", $"/chunks/{Unet}/16", $"/chunks/{Unet}/-1", $"/chunks/{new string('0', 64)}/0",
            $"/chunks/{new string('0', 64)}/have", "/chunks/..%2f..%2flock/0",
        })
        {
            using var answer = await Get(path);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
        }
    }

    [Fact]
    public async Task The_bitmap_and_the_manifest_are_given()
    {
        using var have = await Get($"/chunks/{Model.Manifest.Digest}/have");
        using var client = new ChunkClient(_secret, TimeProvider.System);

        Assert.Equal(Enumerable.Range(0, 20).Where(number => number != 9), ChunkSet.FromBytes(20, await have.Content.ReadAsByteArrayAsync())!.Numbers);
        Assert.Equal(Model.Manifest.Digest, (await client.ReadManifest(_node.Address, Model.Manifest.Digest, CancellationToken.None))!.Digest);
        Assert.Null(await client.ReadManifest(_node.Address, new string('0', 64), CancellationToken.None));
    }

    [Fact]
    public async Task Without_the_secret_nothing_is_given()
    {
        var path = $"/chunks/{Unet}/3";
        foreach (var header in new[]
        {
            null, "", "Bearer " + LoopbackNode.Secret, "OD-Chunks ", "OD-Chunks x.y", _secret.Sign("GET", $"/chunks/{Unet}/4"), _secret.Sign("PUT", path),
            new ClusterSecret("another secret of some length", TimeProvider.System).Sign("GET", path), _secret.Sign("GET", path) + "00",
        })
        {
            using var answer = await Get(path, header: header);
            Assert.Equal((header, HttpStatusCode.Unauthorized), (header, answer.StatusCode));
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public void A_signature_is_good_for_five_minutes()
    {
        var clock = new HandClock();
        var secret = new ClusterSecret(LoopbackNode.Secret, clock);
        var header = secret.Sign("GET", "/chunks/a/1");

        clock.Advance(ClusterSecret.Tolerance);
        Assert.True(secret.IsSigned(header, "GET", "/chunks/a/1"));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(secret.IsSigned(header, "GET", "/chunks/a/1"));
    }

    [Fact]
    public void A_secret_that_can_be_guessed_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ClusterSecret("short", TimeProvider.System));

    [Fact]
    public async Task A_client_reads_a_chunk_and_learns_what_is_gone()
    {
        using var client = new ChunkClient(_secret, TimeProvider.System);
        var chunk = Model.Manifest.Chunks[12];
        var bytes = new byte[chunk.Bytes];

        Assert.True(await client.Read(_node.Address, chunk, bytes, CancellationToken.None));
        Assert.Equal(Model.BytesOf(chunk).ToArray(), bytes);
        Assert.False(await client.Read(_node.Address, Model.Manifest.Chunks[9], new byte[1024], CancellationToken.None));
        using var stranger = new ChunkClient(new ClusterSecret("another secret of some length", TimeProvider.System), TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<IOException>(() => stranger.Read(_node.Address, chunk, bytes, CancellationToken.None));
        Assert.Equal($"{_node.Address} answers 401.", refusal.Message);
    }

    public async ValueTask DisposeAsync()
    {
        _lease.Dispose();
        _http.Dispose();
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    private Task<HttpResponseMessage> Get(string path, RangeHeaderValue? range = null) => Get(path, _secret.Sign("GET", path), range);

    private Task<HttpResponseMessage> Get(string path, string? header, RangeHeaderValue? range = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Address, path));
        if (header is not null) request.Headers.TryAddWithoutValidation("Authorization", header);
        request.Headers.Range = range;
        return _http.SendAsync(request);
    }
}
