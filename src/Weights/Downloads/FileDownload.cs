using Microsoft.Win32.SafeHandles;

namespace OrleansDiffusion.Weights;

/// <summary>
/// One file from an origin to the disk, in order and slice by slice; each is on the disk before the journal says so. It
/// goes on behind what the journal has of the same version.
/// </summary>
internal sealed class FileDownload(IModelOrigin origin, string folder, DownloadJournal journal, Action<long> arrived)
{
    /// <summary>What a killed process fetches again at most, of each file that was on its way.</summary>
    public const int SliceBytes = 16 << 20;

    /// <summary>What is here of that version.</summary>
    public long DoneBytes(string path, OriginFile described) =>
        journal.Find(path) is { } known && known.Bytes == described.Bytes && known.Version is { } version && version == described.Version
        && new FileInfo(Path.Combine(folder, path)) is { Exists: true } file && file.Length >= known.DoneBytes
            ? known.DoneBytes
            : 0;

    /// <exception cref="WeightsException">The origin or the disk refuses.</exception>
    public async Task Run(string path, OriginFile described, CancellationToken cancellation)
    {
        var (bytes, done) = (described.Bytes!.Value, DoneBytes(path, described));
        try
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var file = File.OpenHandle(target, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, FileOptions.Asynchronous);
            if (done == 0) journal.Note(new DownloadedFile(path, bytes, described.Version, 0));
            RandomAccess.SetLength(file, done);
            await Fill(path, file, described, done, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(WeightsError.DiskFailed, $"{Path.Combine(folder, path)} cannot be written: {error.Message}", error);
        }
    }

    private async Task Fill(string path, SafeFileHandle file, OriginFile described, long done, CancellationToken cancellation)
    {
        var bytes = described.Bytes!.Value;
        var buffer = new byte[Math.Min(SliceBytes, bytes - done)];
        while (done < bytes)
        {
            var slice = buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes - done));
            await origin.Read(path, done, slice, cancellation);
            await RandomAccess.WriteAsync(file, slice, done, cancellation);
            RandomAccess.FlushToDisk(file);
            done += slice.Length;
            journal.Note(new DownloadedFile(path, bytes, described.Version, done));
            arrived(slice.Length);
        }
    }
}
