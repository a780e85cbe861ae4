using System.Security.Cryptography;

namespace OrleansDiffusion.Weights;

/// <summary>Cuts a model folder into chunks, reading each byte once: for the file's hash and for its chunk's.</summary>
public static class ChunkedFolder
{
    /// <param name="folder">The model's folder.</param>
    /// <param name="chunkBytes">Length of a chunk; the product uses one for all models.</param>
    /// <param name="hashed">Told how many bytes more were hashed; from several threads.</param>
    /// <param name="cancellation">Stops between two chunks.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    /// <exception cref="WeightsException">The folder holds no model, or a name that no manifest may have.</exception>
    public static Task<ChunkManifest> Read(
        string folder, int chunkBytes = ChunkManifest.DefaultChunkBytes, Action<long>? hashed = null, CancellationToken cancellation = default) =>
        Read(folder, ModelLayout.FilesOf(folder), chunkBytes, hashed, cancellation);

    /// <summary>The same for files that are named, with forward slashes: a folder may hold others that do not travel.</summary>
    /// <inheritdoc cref="Read(string, int, Action{long}, CancellationToken)"/>
    public static async Task<ChunkManifest> Read(
        string folder, IReadOnlyList<string> paths, int chunkBytes = ChunkManifest.DefaultChunkBytes, Action<long>? hashed = null,
        CancellationToken cancellation = default)
    {
        var files = new ChunkedFile[paths.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        await Parallel.ForAsync(0, paths.Count, options, async (place, stop) =>
            files[place] = await ReadFile(folder, paths[place], chunkBytes, hashed, stop));
        return new ChunkManifest(chunkBytes, files);
    }

    /// <summary>The file's own hash goes on one core, in order, the chunk's on another.</summary>
    private static async Task<ChunkedFile> ReadFile(
        string folder, string path, int chunkBytes, Action<long>? hashed, CancellationToken cancellation)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        const FileOptions options = FileOptions.SequentialScan | FileOptions.Asynchronous;
        await using var file = new FileStream(Path.Combine(folder, path), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, options);
        var buffer = new byte[Math.Min(chunkBytes, Math.Max(file.Length, 1))];
        var chunks = new List<string>();
        var bytes = 0L;
        for (int read; (read = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation)) > 0;)
        {
            var chunk = Task.Run(() => Convert.ToHexStringLower(SHA256.HashData(buffer.AsSpan(0, read))), cancellation);
            whole.AppendData(buffer, 0, read);
            chunks.Add(await chunk);
            bytes += read;
            hashed?.Invoke(read);
        }

        return new ChunkedFile(path, bytes, Convert.ToHexStringLower(whole.GetHashAndReset()), chunks);
    }
}
