using Amazon.Runtime;
using Amazon.S3;

namespace OrleansDiffusion.Weights.Tests.Downloads;

/// <summary>The demo model from a bucket that may not be listed, by the real client of S3.</summary>
public sealed class S3DownloadTests : IAsyncDisposable
{
    private readonly EmojiFolder _model = new();
    private readonly TemporaryFolder _target = new();
    private FolderServer? _server;
    private AmazonS3Client? _s3;

    [Fact]
    public async Task A_model_is_found_object_by_object()
    {
        var download = await Begin();

        Assert.Empty(await download.FetchOutline(CancellationToken.None));
        Assert.Empty(await download.FetchWeights(CancellationToken.None));

        var expected = await ModelManifest.Read(_model.Path);
        Assert.Equal(expected.Version, (await ModelManifest.Read(download.Folder)).Version);
        Assert.Equal(expected.TotalBytes, _server!.SentBytes);
    }

    [Fact]
    public async Task Objects_of_which_the_absence_is_a_secret_are_absent_where_they_are_not_needed()
    {
        _model.Delete("generation_config.json");
        var download = await Begin();
        _server!.Spoil = async (context, path) => !File.Exists(_model.At(path)) && await Refuse(context, 403, "AccessDenied");

        Assert.Empty(await download.FetchOutline(CancellationToken.None));
        Assert.Empty(await download.FetchWeights(CancellationToken.None));
    }

    [Theory]
    [InlineData(403, "InvalidAccessKeyId")]
    [InlineData(403, "SignatureDoesNotMatch")]
    [InlineData(404, "NoSuchBucket")]
    public async Task A_refusal_is_told_with_the_services_own_reason(int status, string code)
    {
        var download = await Begin();
        _server!.Spoil = (context, _) => Refuse(context, status, code);

        var refused = await Assert.ThrowsAsync<WeightsException>(() => download.FetchOutline(CancellationToken.None));

        Assert.Equal($"s3://bucket/models/sd/model_index.json cannot be read: the service answers {status} {code}.", refused.Message);
    }

    [Fact]
    public async Task A_missing_index_is_a_problem_of_the_address()
    {
        var download = await Begin();
        _server!.Spoil = (context, _) => Refuse(context, 404, "NoSuchKey");

        Assert.Equal(ModelLayout.IndexFile, Assert.Single(await download.FetchOutline(CancellationToken.None)).Field);
    }

    public async ValueTask DisposeAsync()
    {
        _s3?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _target.Dispose();
        _model.Dispose();
    }

    private static async Task<bool> Refuse(Microsoft.AspNetCore.Http.HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        var body = System.Text.Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>No.</Message></Error>");
        if (context.Request.Method == "GET") await context.Response.Body.WriteAsync(body);
        return true;
    }

    private async Task<ModelDownload> Begin()
    {
        _server = await FolderServer.Start(_model.Path, "/bucket/models/sd/");
        var config = new AmazonS3Config
        {
            ServiceURL = new Uri(_server.Address, "/").AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0,
        };
        _s3 = new AmazonS3Client(new BasicAWSCredentials("key", "secret"), config);
        var origin = new S3Origin(_s3, "bucket", "models/sd", new OriginOptions { RetryCountMax = 0 }, TimeProvider.System);
        return new ModelDownload(origin, _target.Path, new DownloadOptions());
    }
}
