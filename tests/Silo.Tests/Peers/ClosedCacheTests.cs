using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Onnx.Tests;
using OrleansDiffusion.Silo.Tests.Loading;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Tests.Peers;

/// <summary>A silo's cache as a folder, which `od weights` shows.</summary>
public sealed class ClosedCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Cache => Path.Combine(_folder.Path, "cache");

    [Fact]
    public async Task An_import_is_listed_by_its_name_and_what_rotted_is_found_once()
    {
        var (name, manifest) = await Fill();
        var entry = Assert.Single(await ClosedCache.List(Cache, TimeProvider.System));
        Assert.Equal((name, manifest.Digest, manifest.ContentBytes, manifest.ContentBytes), (entry.Import, entry.Digest, entry.Bytes, entry.HereBytes));
        Assert.Empty(await Verify());

        var unet = manifest.Find("unet/weights.bin")!;
        using (var data = File.OpenHandle(Path.Combine(Cache, "files", unet.Sha256), access: FileAccess.ReadWrite)) Flip(data);

        Assert.Equal([new RottenChunk(unet.Sha256, 0)], await Verify());
        Assert.Empty(await Verify()); // It counts as missing.
        entry = Assert.Single(await ClosedCache.List(Cache, TimeProvider.System));
        Assert.Equal(manifest.ContentBytes - manifest.ChunksOf(unet)[0].Bytes, entry.HereBytes);
    }

    [Fact]
    public async Task What_a_silo_has_open_or_is_no_cache_is_refused()
    {
        await Fill();
        await using var open = new WeightsCache(new WeightsCacheOptions { Folder = Cache, BudgetBytes = 1 << 30 }, TimeProvider.System);

        var inUse = await Assert.ThrowsAsync<NodeStartException>(() => ClosedCache.List(Cache, TimeProvider.System));
        var none = await Assert.ThrowsAsync<NodeStartException>(() => ClosedCache.List(_folder.Path, TimeProvider.System));

        Assert.Equal($"The weights cache {Cache} is in use by another process.", inUse.Message);
        Assert.Equal($"{_folder.Path} is no weights cache of a silo.", none.Message);
        Assert.Equal([Cache], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private Task<IReadOnlyList<RottenChunk>> Verify() => ClosedCache.Verify(Cache, TimeProvider.System, TestContext.Current.CancellationToken);

    private async Task<(string Name, ChunkManifest Manifest)> Fill()
    {
        using var node = new EmojiNode();
        var model = await node.Inspect();
        await node.Import(model);
        var name = node.Imports.Names.Single();
        var import = Path.Combine(node.DataFolder, "imported", name);
        var manifest = await ChunkedFolder.Read(import, ImportRecord.Read(import)!.TravellingFiles(import));
        await using var cache = new WeightsCache(new WeightsCacheOptions { Folder = Cache, BudgetBytes = 1 << 30 }, TimeProvider.System);
        using var lease = cache.Lease(manifest);
        foreach (var chunk in manifest.Chunks)
        {
            var bytes = new byte[chunk.Bytes];
            using var file = File.OpenHandle(Path.Combine(import, chunk.File.Path));
            RandomAccess.Read(file, bytes, chunk.Offset);
            Assert.True(lease.Put(chunk, bytes));
        }

        await lease.WhenStored();
        return (name, manifest);
    }

    private static void Flip(Microsoft.Win32.SafeHandles.SafeFileHandle data)
    {
        Span<byte> one = stackalloc byte[1];
        RandomAccess.Read(data, one, 4096);
        one[0] ^= 1;
        RandomAccess.Write(data, one, 4096);
    }
}
