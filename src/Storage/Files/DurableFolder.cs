using OrleansDiffusion.Files;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>Folders whose entries survive a power loss: a new name in a folder is durable once the folder itself was synced.</summary>
internal static class DurableFolder
{
    /// <summary>Creates what is missing on the way to <paramref name="path"/>; each new name is synced in its parent.</summary>
    public static void Create(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path));
        if (parent is not null) Create(parent);
        Directory.CreateDirectory(path);
        if (parent is not null) FolderSync.Sync(parent);
    }

    /// <summary>Creates the folders that are missing in <paramref name="parent"/>, with one sync for all of them.</summary>
    /// <exception cref="StorageException">They cannot be created.</exception>
    public static void CreateAll(string parent, IEnumerable<string> names)
    {
        var missing = names.Select(name => Path.Combine(parent, name)).Where(path => !Directory.Exists(path)).ToList();
        if (missing.Count == 0) return;
        try
        {
            foreach (var path in missing) Directory.CreateDirectory(path);
            FolderSync.Sync(parent);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translated(error, $"The data folder {parent} cannot be written");
        }
    }

    /// <summary>Creates the folder and proves that a file can be written in it.</summary>
    /// <exception cref="StorageException">It cannot be created or written; the message names it and says why.</exception>
    public static void CreateWritable(string path)
    {
        try
        {
            Create(path);
            var probe = Path.Combine(path, ".writable-" + Path.GetRandomFileName());
            using var file = File.OpenHandle(probe, FileMode.CreateNew, FileAccess.Write, options: FileOptions.DeleteOnClose);
            RandomAccess.Write(file, [1], 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translated(error, $"The data folder {path} cannot be written");
        }
    }
}
