using System.Collections.Concurrent;
using OrleansDiffusion.Diffusion.Onnx.Tests;

namespace OrleansDiffusion.Weights.Tests.Downloads;

/// <summary>The demo model from a web server that lists nothing.</summary>
public sealed class ModelDownloadTests : IAsyncDisposable
{
    private const string Unet = "unet/model.onnx";

    private static readonly OriginOptions Quick = new() { FirstPause = TimeSpan.Zero, RetryCountMax = 1 };

    private readonly EmojiFolder _model = new();
    private readonly TemporaryFolder _target = new();
    private readonly HttpClient _http = HttpOrigin.NewClient();
    private FolderServer? _server;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_is_found_file_by_file_and_is_the_same_version(bool serverKnowsRanges)
    {
        var download = await Begin();
        _server!.KnowsRanges = serverKnowsRanges;

        Assert.Empty(await Fetch(download));

        var expected = await ModelManifest.Read(EmojiFolder.Original);
        Assert.Equal(expected.Version, (await ModelManifest.Read(download.Folder)).Version);
        Assert.Equal(new DownloadProgress(expected.TotalBytes, expected.TotalBytes), download.Progress);
        Assert.Equal(expected.TotalBytes, _server.SentBytes);
        Assert.DoesNotContain("README.md", _server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task Weights_beside_a_graph_are_found_by_the_names_in_it()
    {
        WriteExternal("deep/weights of unet.bin");
        _model.Write("unet/deep/weights of unet.bin", new byte[24]);
        var download = await Begin();

        Assert.Empty(await Fetch(download));

        Assert.Equal(24, new FileInfo(Path.Combine(download.Folder, "unet", "deep", "weights of unet.bin")).Length);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("..\\b")]
    [InlineData(".hidden")]
    [InlineData("a\nb")]
    public async Task Weights_that_leave_the_folder_are_refused_and_not_asked_for(string location)
    {
        WriteExternal(location);
        var download = await Begin();

        var problem = Assert.Single(await Fetch(download));

        Assert.Equal((Unet, $"Weights lie in '{location}', which leaves the folder."), (problem.Field, problem.Message));
        Assert.DoesNotContain(_server!.Requests, request => request.Path.Contains("passwd", StringComparison.Ordinal) || request.Path.EndsWith('b'));
    }

    [Fact]
    public async Task Components_that_the_layout_does_not_know_are_not_asked_for()
    {
        _model.Edit(ModelLayout.IndexFile, index => index["../secret"] = new System.Text.Json.Nodes.JsonArray("diffusers", "Thing"));
        var download = await Begin();

        Assert.Empty(await Fetch(download));

        Assert.DoesNotContain(_server!.Requests, request => request.Path.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_place_without_a_model_is_told_by_its_first_file()
    {
        _model.Delete(ModelLayout.IndexFile);
        var download = await Begin();

        var problem = Assert.Single(await Fetch(download));

        Assert.Equal(ModelLayout.IndexFile, problem.Field);
        Assert.StartsWith($"There is none below {_server!.Address}: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_missing_graph_is_named_and_no_weights_are_fetched()
    {
        _model.Delete(Unet);
        _model.Delete("vae_decoder/model.onnx");
        var download = await Begin();

        var problems = await Fetch(download);

        Assert.Equal([Unet, "vae_decoder/model.onnx"], problems.Select(problem => problem.Field));
        Assert.DoesNotContain("text_encoder/model.onnx", _server!.Gets);
    }

    [Fact]
    public async Task An_index_that_is_no_index_is_refused_before_anything_else_is_asked_for()
    {
        _model.Write(ModelLayout.IndexFile, "<html>Sign in</html>");
        var download = await Begin();

        Assert.Equal(ModelLayout.IndexFile, Assert.Single(await download.FetchOutline(CancellationToken.None)).Field);
        Assert.Equal([ModelLayout.IndexFile], _server!.Gets);
    }

    [Fact]
    public async Task A_file_that_is_far_too_long_is_not_read()
    {
        _model.Write(ModelLayout.IndexFile, new byte[(1 << 20) + 1]);
        var download = await Begin();

        Assert.Equal("It has 1048577 bytes, more than 1048576.", Assert.Single(await download.FetchOutline(CancellationToken.None)).Message);
        Assert.Empty(_server!.Gets);
    }

    [Fact]
    public async Task A_disk_that_cannot_take_it_is_told_before_the_weights_are_fetched()
    {
        var download = await Begin(new DownloadOptions { FreeBytes = _ => 1 << 20 });
        Assert.Empty(await download.FetchOutline(CancellationToken.None));

        var refused = await Assert.ThrowsAsync<WeightsException>(() => download.FetchWeights(CancellationToken.None));

        Assert.Equal(WeightsError.DiskFailed, refused.Error);
        Assert.EndsWith("and 1048576 are free there. Nothing of them was fetched.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_server!.Gets, path => path.EndsWith(".onnx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_download_that_was_cut_off_goes_on_with_what_is_missing()
    {
        var first = await Begin();
        _server!.Spoil = (context, path) =>
        {
            if (path == Unet && context.Request.Method == "GET") context.Abort();
            return Task.FromResult(path == Unet && context.Request.Method == "GET");
        };
        var cut = await Assert.ThrowsAsync<WeightsException>(() => Fetch(first));
        Assert.Contains($"{Unet} cannot be read", cut.Message, StringComparison.Ordinal);
        var sentBytes = _server.SentBytes;
        _server.Spoil = null;

        var second = Download();
        Assert.Empty(await Fetch(second));

        var expected = await ModelManifest.Read(EmojiFolder.Original);
        Assert.Equal(expected.Version, (await ModelManifest.Read(second.Folder)).Version);
        Assert.InRange(sentBytes, 1, expected.TotalBytes - 1);
        Assert.Equal(expected.TotalBytes, _server.SentBytes);
    }

    [Fact]
    public async Task A_file_goes_on_behind_the_slices_that_are_on_the_disk()
    {
        var weights = new byte[FileDownload.SliceBytes + 1000];
        new Random(1).NextBytes(weights);
        WriteExternal("weights.bin", weights.Length);
        _model.Write("unet/weights.bin", weights);
        var first = await Begin();
        _server!.Spoil = (context, path) =>
        {
            var isSecond = path == "unet/weights.bin"
                && context.Request.Headers.Range.ToString().StartsWith($"bytes={FileDownload.SliceBytes}-", StringComparison.Ordinal);
            if (isSecond) context.Abort();
            return Task.FromResult(isSecond);
        };
        await Assert.ThrowsAsync<WeightsException>(() => Fetch(first));
        _server.Spoil = null;
        _server.Requests.Clear();

        var second = Download();
        Assert.Empty(await Fetch(second));

        var gets = _server.Requests.Where(request => request.Method == "GET");
        Assert.Equal([$"bytes={FileDownload.SliceBytes}-{weights.Length - 1}"], gets.Select(request => request.Range));
        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(second.Folder, "unet", "weights.bin")));
    }

    [Fact]
    public async Task Another_version_of_a_file_is_fetched_from_its_start()
    {
        var first = await Begin();
        await first.FetchOutline(CancellationToken.None);
        _model.Edit("scheduler/scheduler_config.json", config => config["new"] = "value");

        var second = Download();
        Assert.Empty(await Fetch(second));

        Assert.Equal(
            await File.ReadAllTextAsync(_model.At("scheduler/scheduler_config.json")),
            await File.ReadAllTextAsync(Path.Combine(second.Folder, "scheduler", "scheduler_config.json")));
    }

    [Fact]
    public async Task What_a_server_without_tags_gave_to_an_earlier_process_is_not_trusted()
    {
        var first = await Begin();
        _server!.HasTags = false;
        await first.FetchOutline(CancellationToken.None);
        var sentBytes = _server.SentBytes;

        await Download().FetchOutline(CancellationToken.None);

        Assert.Equal(2 * sentBytes, _server.SentBytes);
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_told()
    {
        var download = await Begin();
        _server!.Spoil = (context, path) =>
        {
            if (path == Unet && context.Request.Method == "GET") _model.Write(Unet, [.. _model.Read(Unet), 0]);
            return Task.FromResult(false);
        };

        var refused = await Assert.ThrowsAsync<WeightsException>(() => Fetch(download));

        Assert.Equal(WeightsError.OriginWrong, refused.Error);
        Assert.Equal($"{_server.Address}{Unet} cannot be read: it changed while it was read.", refused.Message);
    }

    [Theory]
    [InlineData(401, "the server answers 401. It asks for credentials, or forbids this address.")]
    [InlineData(403, "the server answers 403. It asks for credentials, or forbids this address.")]
    [InlineData(500, "the server answers 500.")]
    public async Task A_server_that_refuses_is_told_with_its_reason(int status, string reason)
    {
        var download = await Begin();
        _server!.Spoil = (context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };

        var refused = await Assert.ThrowsAsync<WeightsException>(() => Fetch(download));

        Assert.Equal($"{_server.Address}{ModelLayout.IndexFile} cannot be read: {reason}", refused.Message);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task A_redirection_to_anything_but_the_web_is_not_followed(string place)
    {
        var download = await Begin();
        _server!.Spoil = (context, _) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = place;
            return Task.FromResult(true);
        };

        var refused = await Assert.ThrowsAsync<WeightsException>(() => Fetch(download));

        Assert.Contains("the server answers 302. It leads to a place that is not followed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirection_within_the_web_is_followed_for_every_range()
    {
        await using var other = await FolderServer.Start(_model.Path, "/elsewhere/");
        var download = await Begin();
        _server!.Spoil = (context, path) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = new Uri(other.Address, path).AbsoluteUri;
            return Task.FromResult(true);
        };

        Assert.Empty(await Fetch(download));

        Assert.Equal((await ModelManifest.Read(_model.Path)).Version, (await ModelManifest.Read(download.Folder)).Version);
        Assert.Equal(0, _server.SentBytes);
    }

    [Fact]
    public async Task Credentials_are_for_their_own_host_alone()
    {
        await using var other = await FolderServer.Start(_model.Path, "/elsewhere/");
        await Begin();
        var (own, others) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        _server!.Spoil = (context, path) =>
        {
            own.Enqueue(context.Request.Headers.Authorization.ToString());
            context.Response.Redirect(new Uri(other.Address, path).AbsoluteUri);
            return Task.FromResult(true);
        };
        other.Spoil = (context, _) =>
        {
            others.Enqueue(context.Request.Headers.Authorization.ToString());
            return Task.FromResult(false);
        };
        using var origin = new HttpOrigin(
            _http, _server.Address, Quick, TimeProvider.System, place => place.Authority == _server.Address.Authority ? "Bearer secret" : null);

        Assert.Empty(await Fetch(new ModelDownload(origin, _target.Path, new DownloadOptions())));

        Assert.Equal(["Bearer secret"], own.Distinct());
        Assert.Equal([""], others.Distinct());
    }

    [Fact]
    public async Task A_server_that_leads_in_circles_is_left()
    {
        var download = await Begin();
        _server!.Spoil = (context, _) =>
        {
            context.Response.Redirect(context.Request.Path);
            return Task.FromResult(true);
        };

        await Assert.ThrowsAsync<WeightsException>(() => Fetch(download));

        Assert.Equal(22, _server.Requests.Count); // By HEAD and by GET.
    }

    [Fact]
    public async Task A_server_that_forbids_what_it_does_not_have_and_knows_no_HEAD_is_read_all_the_same()
    {
        _model.Delete("generation_config.json");
        var download = await Begin();
        _server!.Spoil = (context, path) =>
        {
            var isForbidden = context.Request.Method == "HEAD" || !File.Exists(_model.At(path));
            if (isForbidden) context.Response.StatusCode = 403;
            return Task.FromResult(isForbidden);
        };

        Assert.Empty(await Fetch(download));

        Assert.Equal((await ModelManifest.Read(_model.Path)).Version, (await ModelManifest.Read(download.Folder)).Version);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _target.Dispose();
        _model.Dispose();
    }

    private static async Task<IReadOnlyList<FolderProblem>> Fetch(ModelDownload download) =>
        await download.FetchOutline(CancellationToken.None) is { Count: > 0 } problems
            ? problems
            : await download.FetchWeights(CancellationToken.None);

    private async Task<ModelDownload> Begin(DownloadOptions? options = null)
    {
        _server = await FolderServer.Start(_model.Path);
        return Download(options);
    }

    private ModelDownload Download(DownloadOptions? options = null) =>
        new(new HttpOrigin(_http, _server!.Address, Quick, TimeProvider.System), _target.Path, options ?? new DownloadOptions());

    private void WriteExternal(string location, long bytes = 24) => _model.Write(Unet, OnnxFile.Model(OnnxFile.Graph(
        [OnnxFile.Node("Identity", ["weight"], ["out"])], [], [OnnxFile.Value("out", OnnxFile.Float, 2, 3)],
        OnnxFile.External("weight", OnnxFile.Float, [2, 3], location, 0, bytes))));
}
