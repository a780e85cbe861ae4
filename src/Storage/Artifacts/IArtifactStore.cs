namespace OrleansDiffusion.Storage;

/// <summary>Finished pictures, named by their content.</summary>
public interface IArtifactStore
{
    /// <summary>
    /// Stores the file durably and returns its id: SHA-256, lower-case hex. Storing the same bytes twice is one file, which
    /// is then as young as a new one.
    /// </summary>
    /// <exception cref="StorageException">The disk is full or not writable.</exception>
    Task<string> Put(ReadOnlyMemory<byte> file, CancellationToken cancellation);

    /// <summary>A seekable stream, or null when there is none. A file that does not match its id is reported as missing.</summary>
    Task<Stream?> Open(string artifactId, CancellationToken cancellation);

    /// <summary>Deletes the file unless somebody stored its bytes at <paramref name="putBefore"/> or later.</summary>
    /// <returns>True when there is no such file any more; false when it stays.</returns>
    Task<bool> Delete(string artifactId, DateTimeOffset putBefore, CancellationToken cancellation);
}
