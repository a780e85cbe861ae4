namespace OrleansDiffusion.Weights.Tests.Origins;

/// <summary>What every origin must do.</summary>
public abstract class OriginContract : IAsyncDisposable
{
    private protected static readonly SmallModel Model = SmallModel.Usual();
    private protected static readonly OriginOptions Quick = new() { FirstPause = TimeSpan.FromMilliseconds(1), RetryCountMax = 2 };

    private protected abstract Task<IWeightsOrigin> Start(SmallModel model);

    [Fact]
    public async Task Any_range_of_any_file_can_be_read()
    {
        var origin = await Start(Model);
        foreach (var (path, offset, length) in new[]
        {
            ("unet/model.onnx", 0, 16 * 1024), ("unet/model.onnx", 5000, 3), ("text_encoder/model.onnx", 3 * 1024, 100), ("unet/model.onnx", 1, 2000),
        }) Assert.Equal(Model.BytesOf(path).AsSpan(offset, length).ToArray(), await Read(origin, path, offset, length));
    }

    [Fact]
    public async Task Nothing_of_an_empty_file_is_nothing() => Assert.Empty(await Read(await Start(Model), "model_index.json", 0, 0));

    [Fact]
    public async Task Many_can_read_at_once()
    {
        var origin = await Start(Model);

        await Parallel.ForEachAsync(Model.Manifest.Chunks, async (chunk, _) =>
            Assert.Equal(Model.BytesOf(chunk).ToArray(), await Read(origin, chunk.File.Path, chunk.Offset, chunk.Bytes)));
    }

    [Fact]
    public async Task A_path_with_signs_that_addresses_treat_otherwise_is_found()
    {
        var odd = SmallModel.Of(4, ("unet/a b+c%20#d?e&ü.bin", 500));

        Assert.Equal(odd.BytesOf("unet/a b+c%20#d?e&ü.bin"), await Read(await Start(odd), "unet/a b+c%20#d?e&ü.bin", 0, 500));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_with_its_name()
    {
        var origin = await Start(Model);

        var failure = await Assert.ThrowsAsync<WeightsException>(() => Read(origin, "unet/none.onnx", 0, 10));

        Assert.Equal(WeightsError.OriginFailed, failure.Error);
        Assert.Contains("unet/none.onnx cannot be read: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_ends_early_is_told()
    {
        var origin = await Start(Model);

        var failure = await Assert.ThrowsAsync<WeightsException>(() => Read(origin, "unet/model.onnx", 16 * 1024 - 10, 20));

        Assert.Equal(WeightsError.OriginFailed, failure.Error);
    }

    [Fact]
    public async Task A_read_can_be_cancelled()
    {
        var origin = await Start(Model);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            origin.Read("unet/model.onnx", 0, new byte[10], new CancellationToken(canceled: true)));
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected static async Task<byte[]> Read(IWeightsOrigin origin, string path, long offset, int length)
    {
        var bytes = new byte[length];
        await origin.Read(path, offset, bytes, CancellationToken.None);
        return bytes;
    }
}

public sealed class FolderOriginTests : OriginContract
{
    private readonly TemporaryFolder _folder = new();

    private protected override Task<IWeightsOrigin> Start(SmallModel model)
    {
        model.WriteTo(_folder.Path);
        return Task.FromResult<IWeightsOrigin>(new FolderOrigin(_folder.Path));
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }
}
