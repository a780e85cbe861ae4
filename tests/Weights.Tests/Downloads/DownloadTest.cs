using OrleansDiffusion.Diffusion.Onnx.Tests;

namespace OrleansDiffusion.Weights.Tests.Downloads;

/// <summary>A copy of the demo model behind a web server that lists nothing, and a folder to fetch it into.</summary>
public abstract class DownloadTest : IAsyncDisposable
{
    private protected const string Unet = "unet/model.onnx";

    private protected static readonly OriginOptions Quick = new() { FirstPause = TimeSpan.Zero, RetryCountMax = 1 };

    private protected EmojiFolder Model { get; } = new();

    private protected TemporaryFolder Target { get; } = new();

    private protected HttpClient Http { get; } = HttpOrigin.NewClient();

    private protected FolderServer? Server { get; private set; }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        Target.Dispose();
        Model.Dispose();
    }

    private protected static async Task<IReadOnlyList<FolderProblem>> Fetch(ModelDownload download) =>
        await download.FetchOutline(CancellationToken.None) is { Count: > 0 } problems
            ? problems
            : await download.FetchWeights(CancellationToken.None);

    private protected async Task<ModelDownload> Begin(DownloadOptions? options = null)
    {
        Server = await FolderServer.Start(Model.Path);
        return Download(options);
    }

    private protected ModelDownload Download(DownloadOptions? options = null) =>
        new(new HttpOrigin(Http, Server!.Address, Quick, TimeProvider.System), Target.Path, options ?? new DownloadOptions());

    private protected void WriteExternal(string location, long bytes = 24) => Model.Write(Unet, OnnxFile.Model(OnnxFile.Graph(
        [OnnxFile.Node("Identity", ["weight"], ["out"])], [], [OnnxFile.Value("out", OnnxFile.Float, 2, 3)],
        OnnxFile.External("weight", OnnxFile.Float, [2, 3], location, 0, bytes))));
}
