using System.Collections.Concurrent;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo;

/// <summary>An entry of a weights cache.</summary>
/// <param name="Digest">Of its chunk manifest.</param>
/// <param name="Import">VERSION-cpu; null: not an import of this build, or its import.json is not here yet.</param>
/// <param name="Bytes">All that it has, files shared with others included.</param>
/// <param name="HereBytes">How much of that is here.</param>
/// <param name="LastUsed">When it was last loaded or let go.</param>
public sealed record WeightsEntry(string Digest, string? Import, long Bytes, long HereBytes, DateTimeOffset LastUsed);

/// <summary>A chunk that was not what its manifest says.</summary>
/// <param name="FileSha256">Of the file that it belongs to.</param>
/// <param name="Index">Its number in that file, from 0.</param>
public sealed record RottenChunk(string FileSha256, int Index);

/// <summary>A silo's weights cache while no silo has it open: a folder.</summary>
public static class ClosedCache
{
    /// <summary>What is in it, the latest used first.</summary>
    /// <exception cref="NodeStartException">It is no weights cache, or a silo has it, or it cannot be written.</exception>
    public static Task<IReadOnlyList<WeightsEntry>> List(string folder, TimeProvider time) =>
        With<IReadOnlyList<WeightsEntry>>(folder, time, cache => Task.FromResult<IReadOnlyList<WeightsEntry>>(
            [.. cache.Models.OrderByDescending(model => model.LastUsed).ThenBy(model => model.ManifestDigest, StringComparer.Ordinal).Select(Entry)]));

    /// <summary>Hashes everything again. What is wrong counts as missing from then on, and is fetched anew when it is next needed.</summary>
    /// <exception cref="NodeStartException">It is no weights cache, or a silo has it, or it cannot be read or written.</exception>
    public static async Task<IReadOnlyList<RottenChunk>> Verify(string folder, TimeProvider time, CancellationToken cancellation)
    {
        var seen = new Findings(); // Some is found while it opens: files that somebody wrote to.
        await With(folder, time, cache => cache.Verify(cancellation: cancellation), seen);
        return [.. seen.Chunks.Distinct().OrderBy(chunk => chunk.FileSha256, StringComparer.Ordinal).ThenBy(chunk => chunk.Index)];
    }

    private static async Task<T> With<T>(string folder, TimeProvider time, Func<WeightsCache, Task<T>> look, IWeightsObserver? observer = null)
    {
        if (!Directory.Exists(Path.Combine(folder, "manifests"))) throw new NodeStartException($"{folder} is no weights cache of a silo.");
        try
        {
            // Without a bound: whoever only looks evicts nothing.
            await using var cache = new WeightsCache(new WeightsCacheOptions { Folder = folder, BudgetBytes = long.MaxValue }, time, observer);
            return await look(cache);
        }
        catch (Exception refused) when (refused is WeightsException or IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException(refused.Message, refused);
        }
    }

    private static WeightsEntry Entry(CacheEntry model) => new(
        model.ManifestDigest, ImportRecord.Read(model.Folder)?.FolderName(), model.Bytes,
        model.Manifest.Chunks.Where(chunk => model.Have.Contains(chunk.Number)).Sum(chunk => (long)chunk.Bytes), model.LastUsed);

    private sealed class Findings : IWeightsObserver
    {
        public ConcurrentQueue<RottenChunk> Chunks { get; } = [];

        public void Seen(WeightsEvent what)
        {
            if (what is CorruptChunkFound corrupt) Chunks.Enqueue(new RottenChunk(corrupt.FileSha256, corrupt.Index));
        }
    }
}
