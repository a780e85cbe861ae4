using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Cli.Tests;

public sealed class WeightsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task What_rotted_in_a_cache_is_named_and_is_the_exit_code()
    {
        var source = Directory.CreateDirectory(Path.Combine(_folder.Path, "source")).FullName;
        var cacheFolder = Path.Combine(_folder.Path, "cache");
        await File.WriteAllBytesAsync(Path.Combine(source, "model_index.json"), new byte[5000], TestContext.Current.CancellationToken);
        var manifest = await ChunkedFolder.Read(source, ["model_index.json"], cancellation: TestContext.Current.CancellationToken);
        await using (var cache = new WeightsCache(new WeightsCacheOptions { Folder = cacheFolder, BudgetBytes = 10_000 }, TimeProvider.System))
        {
            using var lease = cache.Lease(manifest);
            Assert.True(lease.Put(manifest.Chunks[0], new byte[5000]));
            await lease.WhenStored(TestContext.Current.CancellationToken);
        }

        var sound = await OdProcess.Run(_folder.Path, "weights", "verify", cacheFolder);
        var listed = await OdProcess.Run(_folder.Path, "weights", "list", cacheFolder);
        var file = Path.Combine(cacheFolder, "files", manifest.Files[0].Sha256);
        await File.WriteAllBytesAsync(file, [.. new byte[4999], 1], TestContext.Current.CancellationToken);
        var rotten = await OdProcess.Run(_folder.Path, "weights", "verify", cacheFolder);
        var none = await OdProcess.Run(_folder.Path, "weights", "list", source);

        Assert.Equal((0, "Every chunk is as it should be.\n"), (sound.ExitCode, sound.Output.ReplaceLineEndings("\n")));
        Assert.Matches($@"- +{manifest.Digest[..12]} +4\.9 KiB +all ", listed.Output);
        Assert.Equal(1, rotten.ExitCode);
        Assert.StartsWith($"chunk 0 of {manifest.Files[0].Sha256} is wrong", rotten.Output, StringComparison.Ordinal);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("is no weights cache of a silo.", none.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
