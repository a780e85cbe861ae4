using OrleansDiffusion.Weights;

// Fills a cache with two models in turns, of which it has room for one, and says each chunk that it was given, until it is killed.
ChunkManifest[] manifests = [await ChunkedFolder.Read(args[1], 4096), await ChunkedFolder.Read(args[2], 4096)];
var options = new WeightsCacheOptions { Folder = args[0], BudgetBytes = manifests.Max(manifest => manifest.ContentBytes) };
await using var cache = new WeightsCache(options, TimeProvider.System);
while (true)
{
    await Fill(manifests[0], new FolderOrigin(args[1]));
    await Fill(manifests[1], new FolderOrigin(args[2]));
}

async Task Fill(ChunkManifest manifest, FolderOrigin origin)
{
    using var lease = cache.Lease(manifest);
    var bytes = new byte[manifest.ChunkBytes];
    foreach (var chunk in manifest.Chunks)
    {
        await origin.Read(chunk.File.Path, chunk.Offset, bytes.AsMemory(0, chunk.Bytes), CancellationToken.None);
        if (!lease.Put(chunk, bytes.AsSpan(0, chunk.Bytes))) throw new InvalidOperationException("A right chunk was refused.");
        Console.WriteLine(chunk.Number);
    }

    await lease.WhenStored();
}
