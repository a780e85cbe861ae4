namespace OrleansDiffusion.Weights.Tests.Origins;

public sealed class HttpOriginTests : OriginContract
{
    private readonly HttpClient _http = HttpOrigin.NewClient();
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
    public async Task A_server_in_trouble_is_asked_again()
    {
        var origin = await Start(Model);
        _server!.Spoil = (context, count) =>
        {
            if (count < 3) context.Response.StatusCode = 503;
            return Task.FromResult(count < 3);
        };

        Assert.Equal(Model.BytesOf("unet/model.onnx").AsSpan(0, 10).ToArray(), await Read(origin, "unet/model.onnx", 0, 10));
        Assert.Equal(3, _server.Ranges.Count);
    }

    [Fact]
    public async Task A_server_that_stays_in_trouble_is_given_up_with_its_status()
    {
        var origin = await Start(Model);
        _server!.Spoil = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };

        var failure = await Assert.ThrowsAsync<WeightsException>(() => Read(origin, "unet/model.onnx", 0, 10));

        Assert.Equal($"{_server.Address}models/unet/model.onnx cannot be read: the server answers 503.", failure.Message);
        Assert.Equal(3, _server.Ranges.Count);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated()
    {
        var origin = await Start(Model);

        await Assert.ThrowsAsync<WeightsException>(() => Read(origin, "unet/none.onnx", 0, 10));

        Assert.Single(_server!.Ranges);
    }

    [Fact]
    public async Task A_file_that_changes_between_two_ranges_is_never_mixed()
    {
        var origin = await Start(Model);
        await Read(origin, "unet/model.onnx", 0, 10);
        _server!.Tag = "\"two\"";

        var failure = await Assert.ThrowsAsync<WeightsException>(() => Read(origin, "unet/model.onnx", 10, 10));

        Assert.Equal(WeightsError.OriginWrong, failure.Error);
        Assert.EndsWith("it changed while it was read.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_ranges_gives_a_file_read_in_order_with_one_download()
    {
        var origin = await Start(Model);
        _server!.KnowsRanges = false;

        foreach (var chunk in Model.Manifest.ChunksOf(Model.Manifest.Find("unet/model.onnx")!))
            Assert.Equal(Model.BytesOf(chunk).ToArray(), await Read(origin, chunk.File.Path, chunk.Offset, chunk.Bytes));

        Assert.Single(_server.Ranges);
    }

    [Fact]
    public async Task A_server_without_ranges_gives_earlier_places_too_by_a_new_download()
    {
        var origin = await Start(Model);
        _server!.KnowsRanges = false;

        Assert.Equal(Model.BytesOf("unet/model.onnx").AsSpan(9000, 50).ToArray(), await Read(origin, "unet/model.onnx", 9000, 50));
        Assert.Equal(Model.BytesOf("unet/model.onnx").AsSpan(20, 50).ToArray(), await Read(origin, "unet/model.onnx", 20, 50));

        Assert.Equal(2, _server.Ranges.Count);
    }

    [Fact]
    public async Task A_connection_that_stalls_is_taken_up_anew()
    {
        var clock = new HandClock();
        var origin = await Start(Model, clock);
        var stalled = new TaskCompletionSource();
        _server!.Spoil = async (context, count) =>
        {
            if (count > 1) return false;
            stalled.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        var read = Read(origin, "unet/model.onnx", 0, 10);
        await stalled.Task;

        clock.Advance(Quick.StallTimeout);

        Assert.Equal(Model.BytesOf("unet/model.onnx").AsSpan(0, 10).ToArray(), await read);
        Assert.Equal(2, _server.Ranges.Count);
    }

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    private protected override Task<IWeightsOrigin> Start(SmallModel model) => Start(model, TimeProvider.System);

    private async Task<IWeightsOrigin> Start(SmallModel model, TimeProvider time)
    {
        _server = await ModelWebServer.Start(model);
        return new HttpOrigin(_http, new Uri(_server.Address, "models"), Quick with { FirstPause = TimeSpan.Zero }, time);
    }
}
