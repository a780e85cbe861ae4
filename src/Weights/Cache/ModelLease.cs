using System.Security.Cryptography;

namespace OrleansDiffusion.Weights;

/// <summary>A model's room in the cache, and the right to fill and to use it. While it is held, nothing of it is evicted.</summary>
public sealed class ModelLease : IDisposable
{
    private readonly CachedModel _model;
    private readonly StoreQueue _store;
    private Action? _release;

    internal ModelLease(CachedModel model, StoreQueue store, Action release) => (_model, _store, _release) = (model, store, release);

    public ChunkManifest Manifest => _model.Manifest;

    /// <summary>
    /// The model's folder, for what loads from a path. A file has its name there once it is whole, not before: who looks
    /// too early finds no file, never zeros.
    /// </summary>
    public string Folder => _model.Folder;

    /// <summary>
    /// The model's folder for who maps files before they are whole: every file has its name and its full length there from
    /// the start. Read no range before <see cref="WhenArrived(string, long, long, CancellationToken)"/> said so. It goes
    /// with the last lease.
    /// </summary>
    public string FillingFolder => _model.FillingFolder;

    /// <summary>Which chunks can be read.</summary>
    public ChunkSet Have => _model.Have();

    /// <summary>
    /// The file itself, of full length from the start, to be mapped while it fills: read no range of it before
    /// <see cref="WhenArrived(string, long, long, CancellationToken)"/> said so.
    /// </summary>
    public string FillingFile(string path) => _model.Of(FileAt(path)).DataPath;

    /// <summary>Takes a chunk if it is what the manifest says, by its hash; it can be read at once and is stored later.</summary>
    /// <returns>False if it is something else; nothing was written then.</returns>
    /// <exception cref="WeightsException">The disk cannot be written.</exception>
    public bool Put(Chunk chunk, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != chunk.Bytes || Convert.ToHexStringLower(SHA256.HashData(bytes)) != chunk.Sha256) return false;
        var file = _model.Of(chunk.File);
        try
        {
            file.Write(chunk, bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(WeightsError.DiskFailed, $"{file.DataPath} cannot be written: {error.Message}", error);
        }

        _store.Add(file, chunk.Index);
        return true;
    }

    /// <summary>Ends when the whole file can be read.</summary>
    public Task WhenArrived(string path, CancellationToken cancellation = default) => WhenArrived(path, 0, FileAt(path).Bytes, cancellation);

    /// <summary>Ends when that part of the file can be read.</summary>
    public Task WhenArrived(string path, long offset, long length, CancellationToken cancellation = default)
    {
        var file = FileAt(path);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, file.Bytes - offset);
        if (length == 0) return Task.CompletedTask;
        var (first, last) = (offset / Manifest.ChunkBytes, (offset + length - 1) / Manifest.ChunkBytes);
        return _model.Of(file).WhenArrived((int)first, (int)last).WaitAsync(cancellation);
    }

    /// <summary>Ends when every chunk is on the disk and marked: then it survives a power loss.</summary>
    /// <exception cref="WeightsException">The disk refused some.</exception>
    public Task WhenStored(CancellationToken cancellation = default) =>
        Task.WhenAll(_model.Files.Select(file => file.WhenStored())).WaitAsync(cancellation);

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();

    private ChunkedFile FileAt(string path) =>
        Manifest.Find(path) ?? throw new ArgumentException($"The model {Manifest.Model.Version} has no file '{path}'.", nameof(path));
}
