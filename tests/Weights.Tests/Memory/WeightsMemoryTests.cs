namespace OrleansDiffusion.Weights.Tests;

/// <summary>Weights one tier above the disk.</summary>
public sealed class WeightsMemoryTests : IDisposable
{
    private const int FileBytes = 1_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_that_are_held_are_in_memory_to_the_last_page()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not say which pages are in memory.");
        var file = Written("a");
        ResidentBytes.Drop(file);
        Assert.Equal(0, ResidentBytes.Pages(file).Resident);
        using var memory = new WeightsMemory(FileBytes);

        Assert.NotNull(memory.Hold("a", [file], CancellationToken.None));

        var (resident, all) = ResidentBytes.Pages(file);
        Assert.Equal(all, resident);
        Assert.True(ResidentBytes.Mapped(file) >= FileBytes);
    }

    [Fact]
    public void What_is_released_is_not_mapped_any_more_and_its_room_is_free()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not say what is mapped.");
        var file = Written("a");
        using var memory = new WeightsMemory(FileBytes);
        memory.Hold("a", [file], CancellationToken.None);

        memory.Release("a");
        memory.Release("a");

        Assert.Equal(0, ResidentBytes.Mapped(file));
        Assert.Equal((0, 0), (memory.UsedBytes, memory.Digests.Count));
        Assert.NotNull(memory.Hold("b", [Written("b")], CancellationToken.None));
    }

    [Fact]
    public void What_does_not_fit_beside_the_others_is_not_held()
    {
        using var memory = new WeightsMemory((2 * FileBytes) - 1);

        Assert.NotNull(memory.Hold("a", [Written("a")], CancellationToken.None));
        Assert.Null(memory.Hold("b", [Written("b")], CancellationToken.None));
        Assert.Null(memory.Hold("c", [Written("c1"), Written("c2")], CancellationToken.None));

        Assert.Equal(["a"], memory.Digests);
        Assert.Equal(FileBytes, memory.UsedBytes);
    }

    [Fact]
    public void A_hold_that_is_broken_off_leaves_nothing_behind()
    {
        using var memory = new WeightsMemory(FileBytes);

        Assert.Throws<OperationCanceledException>(() => memory.Hold("a", [Written("a")], new CancellationToken(canceled: true)));

        Assert.Equal((0, 0), (memory.UsedBytes, memory.Digests.Count));
    }

    [Fact]
    public void A_file_that_is_gone_is_told_and_leaves_nothing_behind()
    {
        using var memory = new WeightsMemory(10 * FileBytes);

        Assert.Throws<FileNotFoundException>(() => memory.Hold("a", [Written("a"), _folder.At("gone")], CancellationToken.None));

        Assert.Equal(0, memory.UsedBytes);
    }

    [Fact]
    public async Task A_model_that_leaves_the_cache_to_make_room_leaves_memory_with_it()
    {
        var (one, other) = (SmallModel.Usual(1), SmallModel.Usual(2));
        using var memory = new WeightsMemory(1 << 20);
        var options = new WeightsCacheOptions { Folder = _folder.At("cache"), BudgetBytes = one.Manifest.ContentBytes };
        await using var cache = new WeightsCache(options, TimeProvider.System, new WeightsMemoryRelease(memory, NoWeightsObserver.Instance));
        using (var lease = cache.Lease(one.Manifest))
        {
            one.PutAll(lease);
            Assert.NotNull(memory.Hold(one.Manifest.Digest, one.Manifest.Files.Select(file => lease.FillingFile(file.Path)), default));
        }

        Assert.Equal([one.Manifest.Digest], memory.Digests);
        cache.Lease(other.Manifest).Dispose();

        Assert.Empty(memory.Digests);
    }

    private string Written(string name)
    {
        var path = _folder.At(name);
        File.WriteAllBytes(path, new byte[FileBytes]);
        return path;
    }
}
