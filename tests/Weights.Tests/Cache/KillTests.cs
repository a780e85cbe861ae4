using System.Diagnostics;

namespace OrleansDiffusion.Weights.Tests.Cache;

/// <summary>A real process with a real kill.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly SmallModel[] Models = [Made(1), Made(2)];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Whatever_a_killed_process_left_is_right_and_the_next_one_goes_on()
    {
        for (var model = 0; model < 2; model++) Models[model].WriteTo(_folder.At($"model{model}"));
        var modelCount = 0;
        foreach (var lines in new[] { 3, 50, 107, 211, 330 })
        {
            await RunAndKill(lines);
            modelCount += await AssertOnlyRightChunks();
        }

        Assert.NotEqual(0, modelCount); // Between two models there may be none, but not every time.
    }

    public void Dispose() => _folder.Dispose();

    private static SmallModel Made(int seed) =>
        SmallModel.Of(seed, ("model_index.json", 50), ("text_encoder/model.onnx", 9000), ("unet/model.onnx", 400_000));

    private async Task RunAndKill(int lines)
    {
        using var victim = Process.Start(new ProcessStartInfo
        {
            FileName = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "OrleansDiffusion.WeightsVictim.dll"), _folder.At("cache"), _folder.At("model0"), _folder.At("model1"),
            },
            RedirectStandardOutput = true,
        })!;
        for (var line = 0; line < lines; line++) Assert.NotNull(await victim.StandardOutput.ReadLineAsync());
        victim.Kill();
        await victim.WaitForExitAsync();
    }

    /// <returns>How many models are there, whole or in part.</returns>
    private async Task<int> AssertOnlyRightChunks()
    {
        var seen = new Seen();
        var options = new WeightsCacheOptions { Folder = _folder.At("cache"), BudgetBytes = 410_000 };
        await using var cache = new WeightsCache(options, TimeProvider.System, seen);
        Assert.Empty(await cache.Verify());
        Assert.Empty(seen.Of<CorruptChunkFound>());
        foreach (var entry in cache.Models)
        {
            var model = Models.Single(one => one.Manifest.Model.Digest == entry.Version);
            var folder = _folder.At("cache", "models", entry.ManifestDigest);
            foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [])
                Assert.Equal(model.BytesOf(Path.GetRelativePath(folder, file)), await File.ReadAllBytesAsync(file));
        }

        return cache.Models.Count;
    }
}
