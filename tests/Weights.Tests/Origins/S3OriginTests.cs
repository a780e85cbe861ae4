using Amazon.Runtime;
using Amazon.S3;

namespace OrleansDiffusion.Weights.Tests.Origins;

/// <summary>The real client of S3 against a server that speaks as much of it as a GET needs.</summary>
public sealed class S3OriginTests : OriginContract
{
    private AmazonS3Client? _s3;
    private ModelWebServer? _server;

    [Fact]
    public async Task A_read_that_breaks_off_goes_on_where_it_was()
    {
        var origin = await Start(Model);
        var into = new byte[2000];
        _server!.Spoil = async (context, count) =>
        {
            if (count == 1) await _server.BreakOff(context, 700, into);
            return count == 1;
        };

        await origin.Read("unet/model.onnx", 1000, into, CancellationToken.None);

        Assert.Equal(Model.BytesOf("unet/model.onnx").AsSpan(1000, 2000).ToArray(), into);
        Assert.Equal(["bytes=1000-2999", "bytes=1700-2999"], _server.Ranges);
    }

    [Fact]
    public async Task An_object_that_changes_between_two_ranges_is_never_mixed()
    {
        var origin = await Start(Model);
        await Read(origin, "unet/model.onnx", 0, 10);
        _server!.Tag = "\"two\"";

        var failure = await Assert.ThrowsAsync<WeightsException>(() => Read(origin, "unet/model.onnx", 10, 10));

        Assert.Equal(WeightsError.OriginWrong, failure.Error);
        Assert.Equal("s3://bucket/models/sd/unet/model.onnx cannot be read: it changed while it was read.", failure.Message);
    }

    public override async ValueTask DisposeAsync()
    {
        _s3?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    private protected override async Task<IWeightsOrigin> Start(SmallModel model)
    {
        _server = await ModelWebServer.Start(model, "/bucket/models/sd/");
        var config = new AmazonS3Config
        {
            ServiceURL = _server.Address.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0,
        };
        _s3 = new AmazonS3Client(new BasicAWSCredentials("key", "secret"), config);
        return new S3Origin(_s3, "bucket", "models/sd", Quick, TimeProvider.System);
    }
}
