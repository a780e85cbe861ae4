namespace OrleansDiffusion.Weights.Tests.Downloads;

public sealed class DownloadShelfTests : IAsyncDisposable
{
    private readonly EmojiFolder _model = new();
    private readonly TemporaryFolder _root = new();
    private readonly HttpClient _http = HttpOrigin.NewClient();
    private FolderServer? _server;

    [Fact]
    public async Task A_folder_appears_as_a_whole_and_an_address_that_did_not_change_is_not_fetched_again()
    {
        var (shelf, origin) = await Start();
        var folder = await Fetch(shelf, origin);
        var sentBytes = _server!.SentBytes;

        Assert.Equal(shelf.FolderOf(Path.GetFileName(folder)), folder);
        Assert.Equal(folder, await shelf.FindUnchanged(Origin(), Address, CancellationToken.None));
        Assert.Equal(sentBytes, _server.SentBytes);
    }

    [Fact]
    public async Task An_address_that_changed_is_fetched_into_a_folder_beside_the_old_one()
    {
        var (shelf, origin) = await Start();
        var old = await Fetch(shelf, origin);
        _model.Edit("generation_config.json", config => config["num_inference_steps"] = 3);

        Assert.Null(await shelf.FindUnchanged(Origin(), Address, CancellationToken.None));
        var folder = await Fetch(shelf, Origin());

        Assert.NotEqual(old, folder);
        Assert.True(Directory.Exists(old));
    }

    [Fact]
    public async Task A_folder_that_was_deleted_is_fetched_again()
    {
        var (shelf, origin) = await Start();
        var folder = await Fetch(shelf, origin);
        Directory.Delete(folder, recursive: true);

        Assert.Null(await shelf.FindUnchanged(Origin(), Address, CancellationToken.None));
        Assert.Equal(folder, await Fetch(shelf, Origin()));
        Assert.True(File.Exists(Path.Combine(folder, "unet", "model.onnx")));
    }

    [Fact]
    public async Task A_folder_goes_when_nobody_came_for_it_and_is_fetched_again_for_who_comes_then()
    {
        var (shelf, origin) = await Start();
        var folder = await Fetch(shelf, origin);
        var version = Path.GetFileName(folder);
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);

        Assert.Equal([version], shelf.Versions);
        Assert.False(shelf.TryRemove(version, before));
        Assert.True(shelf.TryRemove(version, DateTimeOffset.UtcNow.AddMinutes(1)));
        Assert.False(Directory.Exists(folder));
        Assert.Empty(shelf.Versions);
        Assert.False(shelf.TryRemove(version, DateTimeOffset.UtcNow.AddMinutes(1)));

        Assert.Null(await shelf.FindUnchanged(Origin(), Address, CancellationToken.None));
        Assert.Equal(folder, await Fetch(shelf, Origin()));
        Assert.Equal([version], shelf.Versions);
    }

    [Fact]
    public async Task Who_comes_again_keeps_the_folder_and_folders_of_others_are_never_touched()
    {
        var (shelf, origin) = await Start();
        var version = Path.GetFileName(await Fetch(shelf, origin));
        Directory.CreateDirectory(shelf.FolderOf("mine"));
        var mark = _root.At(".fetching", version + ".made");
        File.SetLastWriteTimeUtc(mark, DateTime.UtcNow.AddHours(-2));
        var anHourAgo = DateTimeOffset.UtcNow.AddHours(-1);

        Assert.NotNull(await shelf.FindUnchanged(Origin(), Address, CancellationToken.None));

        Assert.False(shelf.TryRemove(version, anHourAgo));
        Assert.Equal([version], shelf.Versions);
        Assert.False(shelf.TryRemove("mine", DateTimeOffset.UtcNow));
        Assert.True(Directory.Exists(shelf.FolderOf("mine")));
    }

    [Fact]
    public async Task One_download_of_an_address_at_a_time()
    {
        var (shelf, _) = await Start();
        using (Assert.IsType<IDisposable>(shelf.TryLock(Address), exactMatch: false))
        {
            Assert.Null(shelf.TryLock(Address));
            shelf.TryLock("http://elsewhere/")!.Dispose();
        }

        shelf.TryLock(Address)!.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _root.Dispose();
        _model.Dispose();
    }

    private string Address => _server!.Address.AbsoluteUri;

    private async Task<(DownloadShelf Shelf, HttpOrigin Origin)> Start()
    {
        _server = await FolderServer.Start(_model.Path);
        return (new DownloadShelf(_root.Path), Origin());
    }

    private HttpOrigin Origin() => new(_http, _server!.Address, new OriginOptions(), TimeProvider.System);

    private async Task<string> Fetch(DownloadShelf shelf, HttpOrigin origin)
    {
        var download = shelf.Open(origin, Address, new DownloadOptions());
        Assert.Empty(await download.FetchOutline(CancellationToken.None));
        Assert.Empty(await download.FetchWeights(CancellationToken.None));
        return shelf.Publish(download, Address, (await ModelManifest.Read(download.Folder)).Version);
    }
}
