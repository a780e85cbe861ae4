using System.Security.Cryptography;
using System.Text;
using OrleansDiffusion.Files;

namespace OrleansDiffusion.Weights;

/// <summary>
/// Downloaded models of a node: each in a folder named by its version, which appears as a whole. What is on its way lies
/// under the address that it comes from, so that a download goes on after the process ended, and so that an address of
/// which nothing changed is not fetched again.
/// </summary>
/// <param name="root">Of this node; several processes may share it.</param>
public sealed class DownloadShelf(string root)
{
    private const string Unfinished = ".fetching";
    private const string VersionFile = "published";
    private const string MadeSuffix = ".made";
    private const string GoneSuffix = ".gone";
    private const int KeyDigits = 24;

    /// <summary>Where a model of that version is, or would be.</summary>
    public string FolderOf(string version) => Path.Combine(root, version);

    /// <summary>Whose folders were made here.</summary>
    public IReadOnlyList<string> Versions =>
    [
        .. Directory.Exists(Path.Combine(root, Unfinished))
            ? Directory.EnumerateFiles(Path.Combine(root, Unfinished), "*" + MadeSuffix).Select(Path.GetFileNameWithoutExtension).OfType<string>()
                .Where(version => Directory.Exists(FolderOf(version)))
            : [],
    ];

    /// <summary>Deletes a folder that was made here. False: somebody added a model with it since then.</summary>
    /// <param name="version">Of the model.</param>
    /// <param name="unusedSince">Nobody must have come for it after that.</param>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, by permission.</exception>
    public bool TryRemove(string version, DateTimeOffset unusedSince)
    {
        if (!File.Exists(Made(version)) || File.GetLastWriteTimeUtc(Made(version)) > unusedSince.UtcDateTime) return false;
        var gone = Path.Combine(root, Unfinished, version + GoneSuffix);
        if (Directory.Exists(gone)) Directory.Delete(gone, recursive: true); // Begun by a process that ended.
        Directory.Move(FolderOf(version), gone); // At once: half a folder is no model.
        Directory.Delete(gone, recursive: true);
        File.Delete(Made(version));
        return true;
    }

    /// <summary>The download of that address as far as it is.</summary>
    public ModelDownload Open(IModelOrigin origin, string address, DownloadOptions options)
    {
        var work = WorkFolder(address);
        if (File.Exists(Path.Combine(work, VersionFile))) Directory.Delete(work, recursive: true);
        return new ModelDownload(origin, work, options);
    }

    /// <summary>The folder in which the model of that address lies already; null if it changed, or if that cannot be told.</summary>
    public async Task<string?> FindUnchanged(IModelOrigin origin, string address, CancellationToken cancellation)
    {
        var version = Path.Combine(WorkFolder(address), VersionFile);
        if (!File.Exists(version)) return null;
        var made = await File.ReadAllTextAsync(version, cancellation);
        var folder = FolderOf(made);
        await File.WriteAllTextAsync(Made(made), "", cancellation); // Before it is looked for: from now on it is not deleted.
        if (!Directory.Exists(folder)) return null;
        foreach (var file in new DownloadJournal(ModelDownload.JournalOf(WorkFolder(address))).All)
        {
            var now = await origin.Describe(file.Path, isNeeded: false, cancellation);
            if (now is not { Version: { } tag } || tag != file.Version || now.Bytes != file.Bytes) return null;
        }

        return folder;
    }

    /// <summary>Makes of a complete download the folder of its version; one that is there already stays.</summary>
    /// <exception cref="WeightsException">The disk refuses.</exception>
    public string Publish(ModelDownload download, string address, string version)
    {
        var target = FolderOf(version);
        try
        {
            File.WriteAllText(Made(version), "");
            if (!Directory.Exists(target)) FolderSync.Publish(download.Folder, target);
            File.WriteAllText(Path.Combine(WorkFolder(address), VersionFile), version);
            if (Directory.Exists(download.Folder)) Directory.Delete(download.Folder, recursive: true);
            return target;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(WeightsError.DiskFailed, $"{target} cannot be made: {error.Message}", error);
        }
    }

    /// <summary>Held by the operating system, so that it ends with the process; null while another one downloads from there.</summary>
    /// <exception cref="WeightsException">The disk refuses.</exception>
    public IDisposable? TryLock(string address)
    {
        var file = WorkFolder(address) + ".lock";
        try
        {
            Directory.CreateDirectory(Path.Combine(root, Unfinished));
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(WeightsError.DiskFailed, $"{root} cannot be written: {error.Message}", error);
        }
    }

    /// <summary>A mark whose time is that of the last addition.</summary>
    private string Made(string version) => Path.Combine(root, Unfinished, version + MadeSuffix);

    private string WorkFolder(string address) =>
        Path.Combine(root, Unfinished, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)))[..KeyDigits]);
}
