using OrleansDiffusion.Files;

namespace OrleansDiffusion.Storage;

/// <summary>The steps of storing a file durably, one by one, so that each can be made to fail.</summary>
internal interface IFileSteps
{
    /// <summary>Writes a new file and waits until its bytes are on the disk.</summary>
    void WriteAndSync(string path, ReadOnlySpan<byte> file);

    /// <summary>Gives the file its final name, in place of whatever had it: readers see the old, or the new, or none.</summary>
    void Rename(string from, string to);

    /// <summary>Makes the file as young as a new one, and waits until that is on the disk. What is not there is not made.</summary>
    /// <param name="path">Which file.</param>
    /// <param name="time">Now, by the folder's clock.</param>
    void Touch(string path, DateTime time);

    /// <summary>Waits until the names in a folder are on the disk.</summary>
    void SyncFolder(string path);
}

internal sealed class FileSteps : IFileSteps
{
    private const int SmallBytesMax = 256 * 1024;

    public void WriteAndSync(string path, ReadOnlySpan<byte> file)
    {
        // Asking for the room first finds a full disk before half of the file is written; a small file is written at once anyway.
        var roomBytes = file.Length < SmallBytesMax ? 0 : file.Length;
        using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, preallocationSize: roomBytes);
        RandomAccess.Write(handle, file, 0);
        RandomAccess.FlushToDisk(handle);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Touch(string path, DateTime time)
    {
        File.SetLastWriteTimeUtc(path, time); // By its name: when the name is gone, so is the file, and the caller must know.
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(handle);
    }

    public void SyncFolder(string path) => FolderSync.Sync(path);
}
