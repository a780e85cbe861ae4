using Microsoft.Win32.SafeHandles;
using OrleansDiffusion.Files;

namespace OrleansDiffusion.Weights;

/// <summary>The steps of keeping chunks durably, one by one, so that each can be made to fail.</summary>
internal interface ICacheSteps
{
    /// <summary>Makes a file of this length with all of its room on the disk, and makes its name durable.</summary>
    void Create(string path, long bytes);

    void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> chunk, long offset);

    /// <summary>Waits until what was written is on the disk.</summary>
    void Sync(SafeFileHandle file, string path);

    /// <summary>Puts marks into a sidecar, which is made if it is not there. They may reach the disk at any later time.</summary>
    void Mark(string path, IReadOnlyList<ChunkMark> marks);

    /// <summary>Takes a mark away, and waits until that is on the disk.</summary>
    void Unmark(string path, int index);

    /// <summary>Writes a small file whole, under a temporary name first, and makes it and its name durable.</summary>
    void Put(string path, ReadOnlySpan<byte> file);

    /// <summary>Takes a file's name away if it has one, and waits until that is on the disk.</summary>
    void Delete(string path);
}

/// <param name="Index">The chunk's place in its file.</param>
/// <param name="Sha256">32 bytes: the hash under which it was verified.</param>
internal readonly record struct ChunkMark(int Index, byte[] Sha256);

internal sealed class CacheSteps : ICacheSteps
{
    public const int MarkBytes = 32;

    public void Create(string path, long bytes)
    {
        // Asking for the room now finds a full disk before anything is fetched.
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, bytes))
        {
            RandomAccess.SetLength(file, bytes);
            RandomAccess.FlushToDisk(file);
        }

        FolderSync.Sync(Path.GetDirectoryName(path)!);
    }

    public void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> chunk, long offset) => RandomAccess.Write(file, chunk, offset);

    public void Sync(SafeFileHandle file, string path) => RandomAccess.FlushToDisk(file);

    public void Mark(string path, IReadOnlyList<ChunkMark> marks)
    {
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        foreach (var mark in marks) RandomAccess.Write(file, mark.Sha256, (long)mark.Index * MarkBytes);
    }

    public void Unmark(string path, int index)
    {
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(file, new byte[MarkBytes], (long)index * MarkBytes);
        RandomAccess.FlushToDisk(file);
    }

    public void Put(string path, ReadOnlySpan<byte> file)
    {
        var temporary = path + ".new"; // One process has the cache, and one thread at a time changes its models.
        using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            RandomAccess.Write(handle, file, 0);
            RandomAccess.FlushToDisk(handle);
        }

        File.Move(temporary, path, overwrite: true);
        FolderSync.Sync(Path.GetDirectoryName(path)!);
    }

    public void Delete(string path)
    {
        if (!File.Exists(path)) return;
        File.Delete(path);
        FolderSync.Sync(Path.GetDirectoryName(path)!);
    }
}
