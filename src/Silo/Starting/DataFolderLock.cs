namespace OrleansDiffusion.Silo;

/// <summary>
/// Keeps a second node off a data folder: each would take the other's unfinished jobs for its own. The lock is the
/// operating system's, so that it ends with the process however that ends.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    private const string FileName = "node.lock";

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <exception cref="NodeStartException">The folder cannot be written, or is in use for longer than <paramref name="waitMax"/>.</exception>
    public static async Task<DataFolderLock> AcquireAsync(string folder, TimeSpan waitMax, TimeProvider time, CancellationToken cancellation)
    {
        Prepare(folder);
        var started = time.GetTimestamp();
        while (true)
        {
            if (TryOpen(Path.Combine(folder, FileName)) is { } file) return new DataFolderLock(file);
            if (time.GetElapsedTime(started) >= waitMax) throw new NodeStartException($"Another node works on {folder}.");
            await Task.Delay(LookAgainAfter, time, cancellation);
        }
    }

    public void Dispose() => _file.Dispose();

    private static void Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(
                Path.Combine(folder, $".writable-{Environment.ProcessId}"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            probe.WriteByte(1);
            probe.Flush();
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new NodeStartException($"The data folder {folder} cannot be written: {exception.Message}", exception);
        }
    }

    private static FileStream? TryOpen(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null; // Held by another process.
        }
    }
}
