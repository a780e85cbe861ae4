using System.IO.MemoryMappedFiles;

namespace OrleansDiffusion.Weights.Tests.Cache;

public sealed class WeightsCacheTests : IDisposable
{
    private static readonly SmallModel Model = SmallModel.Usual();

    private readonly TemporaryFolder _folder = new();
    private readonly Seen _seen = new();

    [Fact]
    public async Task A_file_gets_its_name_when_it_is_whole_and_not_before()
    {
        await using var cache = Open();
        using var lease = cache.Lease(Model.Manifest);
        var unet = Model.Manifest.ChunksOf(Model.Manifest.Find("unet/model.onnx")!);
        var path = Path.Combine(lease.Folder, "unet/model.onnx");

        foreach (var chunk in unet.SkipLast(1)) lease.Put(chunk, Model.BytesOf(chunk));
        Assert.False(File.Exists(path));
        Assert.Equal(16 * 1024, new FileInfo(lease.FillingFile("unet/model.onnx")).Length);
        var arrived = lease.WhenArrived("unet/model.onnx");
        Assert.False(arrived.IsCompleted);

        lease.Put(unet[^1], Model.BytesOf(unet[^1]));
        await arrived;
        Assert.Equal(Model.BytesOf("unet/model.onnx"), await File.ReadAllBytesAsync(path));
        Assert.True(File.Exists(Path.Combine(lease.Folder, "model_index.json")));
        Assert.False(File.Exists(Path.Combine(lease.Folder, "text_encoder/model.onnx")));
    }

    [Fact]
    public async Task A_range_is_there_once_its_chunks_are_and_can_be_read_through_a_mapping_made_before()
    {
        await using var cache = Open();
        using var lease = cache.Lease(Model.Manifest);
        var chunks = Model.Manifest.ChunksOf(Model.Manifest.Find("unet/model.onnx")!);
        using var map = MemoryMappedFile.CreateFromFile(lease.FillingFile("unet/model.onnx"), FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        var arrived = lease.WhenArrived("unet/model.onnx", 1000, 100);

        lease.Put(chunks[0], Model.BytesOf(chunks[0]));
        Assert.False(arrived.IsCompleted);
        lease.Put(chunks[1], Model.BytesOf(chunks[1]));
        await arrived;

        var bytes = new byte[100];
        view.ReadArray(1000, bytes, 0, 100);
        Assert.Equal(Model.BytesOf("unet/model.onnx").AsSpan(1000, 100).ToArray(), bytes);
    }

    [Fact]
    public async Task What_is_not_the_chunk_is_refused_and_not_written()
    {
        await using var cache = Open();
        using var lease = cache.Lease(Model.Manifest);
        var chunk = Model.Manifest.Chunks[0];
        var wrong = Model.BytesOf(chunk).ToArray();
        wrong[7] ^= 1;

        Assert.False(lease.Put(chunk, wrong));
        Assert.False(lease.Put(chunk, wrong.AsSpan(1)));

        Assert.Equal(0, lease.Have.Count);
        Assert.Equal(new byte[chunk.Bytes], (await File.ReadAllBytesAsync(lease.FillingFile(chunk.File.Path))).AsSpan(0, chunk.Bytes).ToArray());
    }

    [Fact]
    public async Task A_restart_finds_what_was_stored()
    {
        await using (var cache = Open())
        {
            using var lease = cache.Lease(Model.Manifest);
            foreach (var chunk in Model.Manifest.Chunks.Take(5)) lease.Put(chunk, Model.BytesOf(chunk));
        }

        await using var again = Open();
        Assert.Equal([0, 1, 2, 3, 4], again.Find(Model.Manifest.Digest)!.Have.Numbers);
    }

    [Fact]
    public async Task Files_that_models_share_are_kept_once_and_stay_while_one_of_them_does()
    {
        var (one, two) = SharingModels();
        await using var cache = Open(budgetBytes: 7000);
        using (var lease = cache.Lease(one.Manifest)) one.PutAll(lease);

        using (var lease = cache.Lease(two.Manifest))
        {
            Assert.Equal(3, lease.Have.Count); // The shared file is here already.
            Assert.Equal(5000 + 1000, cache.UsedBytes);
            two.PutAll(lease);
            two.AssertSame(lease.Folder);
        }

        var third = SmallModel.Of(9, ("unet/c", 2000));
        using (cache.Lease(third.Manifest)) Assert.Equal(one.Manifest.Digest, Assert.Single(_seen.Of<ModelEvicted>()).ManifestDigest);
        Assert.True(cache.Find(two.Manifest.Digest)!.Have.IsFull);
    }

    [Fact]
    public async Task A_model_that_can_never_fit_is_refused_before_anything_leaves()
    {
        var large = SmallModel.Of(3, ("unet/model.onnx", 60_000));
        await using var cache = Open(budgetBytes: 50_000);
        using (var lease = cache.Lease(Model.Manifest)) Model.PutAll(lease);

        var refusal = Assert.Throws<WeightsException>(() => cache.Lease(large.Manifest));

        Assert.Equal(WeightsError.CacheFull, refusal.Error);
        Assert.Equal(
            $"The model {large.Manifest.Model.Version} needs 60000 bytes of the weights cache, which has 50000; models in use hold 0.", refusal.Message);
        Assert.True(cache.Find(Model.Manifest.Digest)!.Have.IsFull);
        Assert.Null(cache.Find(large.Manifest.Digest));
    }

    [Fact]
    public async Task A_model_in_use_is_never_evicted()
    {
        var other = SmallModel.Usual(2);
        await using var cache = Open(budgetBytes: 30_000);
        var lease = cache.Lease(Model.Manifest);

        var refusal = Assert.Throws<WeightsException>(() => cache.Lease(other.Manifest));
        Assert.EndsWith($"which has 30000; models in use hold {Model.Manifest.ContentBytes}.", refusal.Message, StringComparison.Ordinal);
        lease.Dispose();
        cache.Lease(other.Manifest).Dispose();

        Assert.Null(cache.Find(Model.Manifest.Digest));
        Assert.False(Directory.Exists(_folder.At("models", Model.Manifest.Digest)));
        Assert.False(File.Exists(_folder.At("files", Model.Manifest.Find("unet/model.onnx")!.Sha256)));
    }

    [Fact]
    public async Task What_is_preferred_leaves_after_what_was_used_later()
    {
        var (other, third, clock) = (SmallModel.Usual(2), SmallModel.Usual(3), new HandClock());
        var options = new WeightsCacheOptions { Folder = _folder.Path, BudgetBytes = 2 * Model.Manifest.ContentBytes };
        await using var cache = new WeightsCache(options, clock, _seen);
        cache.Lease(Model.Manifest).Dispose();
        clock.Advance(TimeSpan.FromSeconds(1));
        cache.Lease(other.Manifest).Dispose();
        clock.Advance(TimeSpan.FromSeconds(1));

        cache.Prefer([Model.Manifest.Digest, "of a model that is not here"]);
        cache.Lease(third.Manifest).Dispose();

        Assert.NotNull(cache.Find(Model.Manifest.Digest));
        Assert.Null(cache.Find(other.Manifest.Digest));
    }

    [Fact]
    public async Task A_corrupt_chunk_on_the_disk_is_found_and_missing_afterwards()
    {
        await using var cache = Open();
        using var lease = cache.Lease(Model.Manifest);
        Model.PutAll(lease);
        await lease.WhenStored();
        var file = Model.Manifest.Find("unet/model.onnx")!;
        Flip(lease.FillingFile(file.Path), 5 * 1024 + 3);

        var found = await cache.Verify();

        Assert.Equal([new CorruptChunkFound(file.Sha256, 5)], found);
        Assert.Equal(found, _seen.Of<CorruptChunkFound>());
        Assert.False(lease.Have.Contains(Model.Manifest.ChunksOf(file)[5].Number));
        Assert.Equal(19, lease.Have.Count);
        Assert.False(File.Exists(Path.Combine(lease.Folder, file.Path)));
        Assert.True(lease.Put(Model.Manifest.ChunksOf(file)[5], Model.BytesOf(Model.Manifest.ChunksOf(file)[5])));
        Model.AssertSame(lease.Folder);
        await lease.WhenStored();
        Assert.Empty(await cache.Verify());
    }

    [Fact]
    public async Task A_chunk_that_was_changed_while_no_process_had_the_cache_is_missing_from_the_start()
    {
        await Fill();
        var unet = Model.Manifest.Find("unet/model.onnx")!;
        Flip(_folder.At("files", unet.Sha256), 5 * 1024 + 3);

        await using var cache = Open();

        Assert.Equal([new CorruptChunkFound(unet.Sha256, 5)], _seen.Of<CorruptChunkFound>());
        Assert.Equal(19, cache.Find(Model.Manifest.Digest)!.Have.Count);
        Assert.False(File.Exists(_folder.At("models", Model.Manifest.Digest, unet.Path)));
    }

    [Fact]
    public async Task Only_files_that_were_written_to_are_read_again_unless_all_shall_be()
    {
        await Fill();
        await using var cache = Open();
        var (written, rotten) = (Model.Manifest.Find("unet/model.onnx")!.Sha256, Model.Manifest.Find("text_encoder/model.onnx")!.Sha256);
        var before = File.GetLastWriteTimeUtc(_folder.At("files", rotten));
        foreach (var file in (string[])[written, rotten]) Flip(_folder.At("files", file), 3);
        File.SetLastWriteTimeUtc(_folder.At("files", rotten), before); // As a disk rots: without a word.

        Assert.Equal([new CorruptChunkFound(written, 0)], await cache.Verify(isChangedOnly: true));
        Assert.Empty(await cache.Verify(isChangedOnly: true));
        Assert.Equal([new CorruptChunkFound(rotten, 0)], await cache.Verify());
    }

    [Fact]
    public async Task A_file_that_was_touched_and_is_sound_is_read_once_and_trusted_again()
    {
        await Fill();
        var unet = _folder.At("files", Model.Manifest.Find("unet/model.onnx")!.Sha256);
        File.SetLastWriteTimeUtc(unet, DateTime.UtcNow);
        await using (var cache = Open()) Assert.True(cache.Find(Model.Manifest.Digest)!.Have.IsFull);

        var touched = File.GetLastWriteTimeUtc(unet);
        Flip(unet, 3);
        File.SetLastWriteTimeUtc(unet, touched); // Not younger than what was read.

        await using var again = Open();
        Assert.True(again.Find(Model.Manifest.Digest)!.Have.IsFull);
        Assert.Single(await again.Verify());
    }

    [Fact]
    public async Task A_damaged_sidecar_costs_only_its_chunks()
    {
        await using (var cache = Open())
        {
            using var lease = cache.Lease(Model.Manifest);
            Model.PutAll(lease);
        }

        Flip(_folder.At("marks", Model.Manifest.Find("unet/model.onnx")!.Sha256), 32 * 7 + 31);

        await using var again = Open();
        using var found = again.Lease(Model.Manifest);
        var lost = Assert.Single(Model.Manifest.Chunks, chunk => !found.Have.Contains(chunk.Number));
        Assert.Equal(("unet/model.onnx", 7), (lost.File.Path, lost.Index));
    }

    [Fact]
    public async Task A_file_that_was_cut_short_is_missing_whole()
    {
        await using (var cache = Open())
        {
            using var lease = cache.Lease(Model.Manifest);
            Model.PutAll(lease);
        }

        using (var file = File.OpenHandle(_folder.At("files", Model.Manifest.Find("unet/model.onnx")!.Sha256), access: FileAccess.Write))
            RandomAccess.SetLength(file, 100);

        await using var again = Open();
        Assert.Equal(4, again.Find(Model.Manifest.Digest)!.Have.Count);
    }

    [Fact]
    public async Task What_belongs_to_no_model_is_removed_at_the_start()
    {
        foreach (var folder in new[] { "files", "marks", "manifests", "models/x" }) Directory.CreateDirectory(_folder.At(folder));
        foreach (var name in new[] { "files/left", "marks/left", "manifests/left.json", "manifests/left.json.new", "models/x/y" })
            await File.WriteAllTextAsync(_folder.At(name), "?");

        await using var cache = Open();

        Assert.Equal([_folder.At("lock")], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
        Assert.Equal(["left", "left", "left.json", "left.json.new"], _seen.Of<CacheNote>().Select(note => note.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_smaller_budget_evicts_at_the_start()
    {
        await using (var cache = Open()) cache.Lease(Model.Manifest).Dispose();

        await using var again = Open(budgetBytes: 1000);

        Assert.Empty(again.Models);
        Assert.Equal(0, again.UsedBytes);
    }

    [Fact]
    public async Task Two_processes_cannot_have_one_cache()
    {
        await using var cache = Open();

        Assert.Equal(WeightsError.CacheInUse, Assert.Throws<WeightsException>(() => Open()).Error);
    }

    [Fact]
    public async Task A_manifest_that_cuts_a_file_otherwise_is_refused_while_the_file_is_in_use_and_replaces_it_later()
    {
        var other = new ChunkManifest(2048, Model.Manifest.Files.Select(file => file with
        {
            Chunks = [.. Model.BytesOf(file.Path).Chunk(2048).Select(chunk => SmallModel.Hash(chunk))],
        }));
        await using var cache = Open();
        var lease = cache.Lease(Model.Manifest);

        Assert.Equal(WeightsError.ManifestInvalid, Assert.Throws<WeightsException>(() => cache.Lease(other)).Error);
        lease.Dispose();
        using var replaced = cache.Lease(other);

        Assert.Equal([other.Digest], cache.Models.Select(model => model.ManifestDigest));
        Assert.Equal(0, replaced.Have.Count);
    }

    public void Dispose() => _folder.Dispose();

    private static (SmallModel One, SmallModel Two) SharingModels()
    {
        var (shared, own, another) = (new byte[3000], new byte[2000], new byte[1000]);
        new Random(1).NextBytes(shared);
        new Random(2).NextBytes(own);
        new Random(3).NextBytes(another);
        return (SmallModel.With(("text_encoder/a", shared), ("unet/a", own)), SmallModel.With(("text_encoder/b", shared), ("unet/b", another)));
    }

    private static void Flip(string path, long at)
    {
        using var file = File.OpenHandle(path, access: FileAccess.ReadWrite, share: FileShare.ReadWrite);
        var one = new byte[1];
        Assert.Equal(1, RandomAccess.Read(file, one, at));
        one[0] ^= 0x10;
        RandomAccess.Write(file, one, at);
    }

    private async Task Fill()
    {
        await using var cache = Open();
        using var lease = cache.Lease(Model.Manifest);
        Model.PutAll(lease);
        await lease.WhenStored();
    }

    private WeightsCache Open(long budgetBytes = 1 << 20) =>
        new(new WeightsCacheOptions { Folder = _folder.Path, BudgetBytes = budgetBytes }, TimeProvider.System, _seen);
}
