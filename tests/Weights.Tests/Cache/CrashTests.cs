namespace OrleansDiffusion.Weights.Tests.Cache;

/// <summary>Whatever step a process dies at, no chunk is taken for present that is not right.</summary>
public sealed class CrashTests
{
    private static readonly SmallModel Kept = Made(1);
    private static readonly SmallModel Evicting = Made(2);

    [Fact]
    public async Task A_kill_at_any_step_leaves_only_right_chunks()
    {
        var steps = await Play(killAt: int.MaxValue, losePower: false);
        Assert.InRange(steps, 40, 200);
        for (var killAt = 1; killAt <= steps; killAt++) await Play(killAt, losePower: false);
    }

    [Fact]
    public async Task A_power_loss_at_any_step_leaves_only_right_chunks()
    {
        var steps = await Play(killAt: int.MaxValue, losePower: true);
        for (var killAt = 1; killAt <= steps; killAt++) await Play(killAt, losePower: true);
    }

    [Fact]
    public async Task What_was_stored_is_there_after_a_power_loss()
    {
        using var folder = new TemporaryFolder();
        var steps = new CrashingSteps();
        var cache = Open(folder.Path, steps);
        using (var lease = cache.Lease(Kept.Manifest))
        {
            Kept.PutAll(lease);
            await lease.WhenStored();
        }

        await cache.DisposeAsync();
        steps.LosePower();

        await using var again = Open(folder.Path, new CrashingSteps());
        using var found = again.Lease(Kept.Manifest);
        Assert.True(found.Have.IsFull);
        Kept.AssertSame(found.Folder);
    }

    [Fact]
    public async Task A_disk_that_fails_the_sync_costs_the_chunks_and_says_so()
    {
        using var folder = new TemporaryFolder();
        var steps = new CrashingSteps { SyncFailure = new IOException("I/O error") };
        var seen = new Seen();
        await using var cache = new WeightsCache(Options(folder.Path), TimeProvider.System, seen, steps);
        using var lease = cache.Lease(Kept.Manifest);
        var stored = lease.WhenStored();
        Kept.PutAll(lease);

        var failure = await Assert.ThrowsAsync<WeightsException>(() => stored);

        Assert.Equal(WeightsError.DiskFailed, failure.Error);
        Assert.EndsWith("cannot be written: I/O error", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(seen.Of<ChunkNotStored>());
        Assert.All(seen.Of<ChunkNotStored>(), lost => Assert.Equal("I/O error", lost.Message));
    }

    /// <summary>Fills a model, then a second one for which the first has to leave; opens what is left with an honest disk.</summary>
    private static async Task<int> Play(int killAt, bool losePower)
    {
        using var folder = new TemporaryFolder();
        var steps = new CrashingSteps(killAt);
        await PlayUntilKilled(folder.Path, steps);
        if (losePower) steps.LosePower();

        await using var cache = Open(folder.Path, new CrashingSteps());
        foreach (var model in new[] { Kept, Evicting })
        {
            if (cache.Find(model.Manifest.Digest) is null) continue;
            using var lease = cache.Lease(model.Manifest);
            foreach (var number in lease.Have.Numbers) AssertRight(model, lease, model.Manifest.Chunks[number], killAt);
            foreach (var file in model.Manifest.Files.Where(file => File.Exists(Path.Combine(lease.Folder, file.Path))))
                Assert.Equal(model.BytesOf(file.Path), await File.ReadAllBytesAsync(Path.Combine(lease.Folder, file.Path)));
        }

        Assert.True(cache.UsedBytes <= cache.BudgetBytes);
        return steps.Count;
    }

    private static async Task PlayUntilKilled(string folder, CrashingSteps steps)
    {
        WeightsCache? cache = null;
        try
        {
            cache = Open(folder, steps);
            foreach (var model in new[] { Kept, Evicting, Kept })
            {
                using var lease = cache.Lease(model.Manifest);
                var stored = lease.WhenStored();
                foreach (var chunk in model.Manifest.Chunks.Take(3)) lease.Put(chunk, model.BytesOf(chunk));
                foreach (var chunk in model.Manifest.Chunks.Skip(3)) lease.Put(chunk, model.BytesOf(chunk));
                await stored;
            }
        }
        catch (WeightsException error)
        {
            Assert.Equal(WeightsError.DiskFailed, error.Error);
        }
        finally
        {
            if (cache is not null) await cache.DisposeAsync();
        }
    }

    private static void AssertRight(SmallModel model, ModelLease lease, Chunk chunk, int killAt)
    {
        using var file = File.OpenHandle(lease.FillingFile(chunk.File.Path));
        var bytes = new byte[chunk.Bytes];
        Assert.Equal(chunk.Bytes, RandomAccess.Read(file, bytes, chunk.Offset));
        Assert.True(model.BytesOf(chunk).SequenceEqual(bytes), $"killed at step {killAt}: chunk {chunk.Number} is wrong");
    }

    private static SmallModel Made(int seed) =>
        SmallModel.Of(seed, ("model_index.json", 0), ("text_encoder/model.onnx", 1100), ("unet/model.onnx", 4 * 1024));

    private static WeightsCache Open(string folder, ICacheSteps steps) => new(Options(folder), TimeProvider.System, NoWeightsObserver.Instance, steps);

    private static WeightsCacheOptions Options(string folder) => new() { Folder = folder, BudgetBytes = Kept.Manifest.ContentBytes + 1000 };
}
