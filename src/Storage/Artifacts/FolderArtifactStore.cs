using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>
/// Artifacts as files named by their SHA-256: artifacts/ab/abcd... A file is written under a temporary name, synced,
/// renamed, and its folder synced, so that after a power loss it is there whole or not at all. What does not match its
/// name is put aside and never given out. All 256 folders are made at the start: a folder made with the file would have
/// to be synced in its parent too, which doubles the time that a picture waits for the disk. Several processes may share
/// the folder: their temporary names differ, and equal names of finished files mean equal files.
/// </summary>
public sealed partial class FolderArtifactStore : IArtifactStore
{
    /// <summary>Up to this length a file is kept in memory while it is given out.</summary>
    private const int SmallBytesMax = 1 << 20;

    /// <summary>The end of the temporary name of a file that is about to be deleted.</summary>
    private const string Deleting = ".deleting";

    /// <summary>What is older under a temporary name belongs to nobody: a picture is written in seconds.</summary>
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(1);

    private readonly string _root;
    private readonly ILogger<FolderArtifactStore> _log;
    private readonly IFileSteps _steps;
    private readonly string _writer;
    private long _temporaryCount;
    private long _probeCount;

    /// <summary>Creates the folder and removes what a process left half written long ago.</summary>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public FolderArtifactStore(StorageOptions options, ILogger<FolderArtifactStore> log)
        : this(options.ArtifactFolder, log)
    {
    }

    internal FolderArtifactStore(string root, ILogger<FolderArtifactStore> log)
        : this(root, log, new FileSteps(), Path.GetFileNameWithoutExtension(Path.GetRandomFileName()))
    {
    }

    /// <param name="root">The folder.</param>
    /// <param name="log">Where to tell what does not stop anything.</param>
    /// <param name="steps">How a file is stored.</param>
    /// <param name="writer">A word that no other living writer of the folder has, in this process or elsewhere.</param>
    internal FolderArtifactStore(string root, ILogger<FolderArtifactStore> log, IFileSteps steps, string writer)
    {
        (_root, _log, _steps, _writer) = (root, log, steps, writer);
        DurableFolder.CreateWritable(TemporaryFolder);
        DurableFolder.CreateAll(_root, Enumerable.Range(0, 256).Select(first => first.ToString("x2", CultureInfo.InvariantCulture)));
        RemoveLeftovers();
    }

    private string TemporaryFolder => Path.Combine(_root, "temporary");

    private string QuarantineFolder => Path.Combine(_root, "quarantine");

    public async Task<string> Put(ReadOnlyMemory<byte> file, CancellationToken cancellation)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        var isThere = await IsThere(id, cancellation);
        await Task.Run(() => Store(id, file.Span, isThere), cancellation);
        return id;
    }

    public async Task<Stream?> Open(string artifactId, CancellationToken cancellation)
    {
        if (!IsId(artifactId)) return null;
        var path = PathOf(artifactId);
        if (OpenFile(path) is not { } file) return null;
        var content = file.Length > SmallBytesMax ? file : await InMemory(file, cancellation);
        try
        {
            if (await Matches(content, artifactId, cancellation)) return content;
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }

        await content.DisposeAsync();
        PutAside(path);
        return null;
    }

    /// <summary>One read instead of two times many: the file is hashed and then sent.</summary>
    private static async Task<Stream> InMemory(FileStream file, CancellationToken cancellation)
    {
        await using var read = file;
        var bytes = new byte[file.Length];
        var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return new MemoryStream(bytes, 0, length, writable: false);
    }

    public Task<bool> Delete(string artifactId, DateTimeOffset putBefore, CancellationToken cancellation) =>
        IsId(artifactId) ? Task.Run(() => IsGone(artifactId, putBefore.UtcDateTime), cancellation) : Task.FromResult(true);

    private async Task<bool> IsThere(string id, CancellationToken cancellation)
    {
        await using var file = await Open(id, cancellation);
        return file is not null;
    }

    private static bool IsId(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static async Task<bool> Matches(Stream file, string id, CancellationToken cancellation)
    {
        var hash = await SHA256.HashDataAsync(file, cancellation);
        file.Position = 0;
        return Convert.ToHexStringLower(hash) == id;
    }

    private static FileStream? OpenFile(string path)
    {
        if (!File.Exists(path)) return null; // As every new picture's: an exception costs more.
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 64 * 1024, useAsync: true);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translated(error, $"The artifact {path} cannot be read");
        }
    }

    private string PathOf(string id) => Path.Combine(_root, id[..2], id);

    private string NewTemporary(string id) => Path.Combine(TemporaryFolder, $"{id}.{_writer}.{Interlocked.Increment(ref _temporaryCount)}");

    /// <param name="isThere">Another writer renamed it, but may have died before it synced the folder.</param>
    private void Store(string id, ReadOnlySpan<byte> file, bool isThere)
    {
        var path = PathOf(id);
        var temporary = NewTemporary(id);
        try
        {
            if (!isThere || !IsTouched(path))
            {
                _steps.WriteAndSync(temporary, file);
                _steps.Rename(temporary, path);
            }

            _steps.SyncFolder(Path.GetDirectoryName(path)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            RemoveTemporary(temporary);
            throw FileErrors.Translated(error, $"The artifact {path} cannot be written");
        }
    }

    private void PutAside(string path)
    {
        var aside = Path.Combine(QuarantineFolder, Path.GetFileName(path));
        try
        {
            Directory.CreateDirectory(QuarantineFolder);
            File.Move(path, aside, overwrite: true);
            Log.PutAside(_log, path, aside);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.NotPutAside(_log, error, path); // It is given to nobody all the same.
        }
    }

    /// <summary>
    /// False when the file cannot be made young: it is being deleted just now, or belongs to somebody else. Then it is
    /// written anew.
    /// </summary>
    private bool IsTouched(string path)
    {
        try
        {
            _steps.Touch(path, Now());
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// First the file loses its name, then its age is looked at. Who stores the same bytes meanwhile either made it young
    /// before, and it gets its name back, or finds no file of that name and writes one. Looked at before, it could be made
    /// young in between. A process that dies in between leaves it to <see cref="GiveNamesBack"/>.
    /// </summary>
    private bool IsGone(string id, DateTime putBefore)
    {
        var (path, aside) = (PathOf(id), NewTemporary(id) + Deleting);
        try
        {
            if (!File.Exists(path)) return true;
            if (File.GetLastWriteTimeUtc(path) >= putBefore) return false; // As the second look would say; this one moves nothing.
            _steps.Rename(path, aside);
            if (File.GetLastWriteTimeUtc(aside) < putBefore) File.Delete(aside);
            else _steps.Rename(aside, path);
            return !File.Exists(path);
        }
        catch (FileNotFoundException)
        {
            return !File.Exists(path); // Somebody else was quicker, with one or the other rename.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translated(error, $"The artifact {path} cannot be deleted");
        }
    }

    /// <summary>Age is told by the folder's own clock, which need not be this machine's.</summary>
    private DateTime Now()
    {
        var probe = Path.Combine(TemporaryFolder, $"now.{_writer}.{Interlocked.Increment(ref _probeCount)}");
        File.WriteAllBytes(probe, []);
        var now = File.GetLastWriteTimeUtc(probe);
        RemoveTemporary(probe);
        return now;
    }

    private void RemoveLeftovers()
    {
        try
        {
            GiveNamesBack();
            var oldest = Now() - LeftoverAge;
            var leftovers = Directory.EnumerateFiles(TemporaryFolder).Where(file => File.GetLastWriteTimeUtc(file) < oldest);
            foreach (var leftover in leftovers) RemoveTemporary(leftover);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translated(error, $"The data folder {TemporaryFolder} cannot be written");
        }
    }

    /// <summary>
    /// Files of which a process died between taking the name and deciding. Of a process that lives the decision comes too
    /// late then: it sees the name again, and deletes it another time.
    /// </summary>
    private void GiveNamesBack()
    {
        foreach (var aside in Directory.EnumerateFiles(TemporaryFolder, "*" + Deleting))
        {
            var path = PathOf(Path.GetFileName(aside).Split('.')[0]);
            if (File.Exists(path)) continue; // Stored again since; this one goes with the leftovers.
            _steps.Rename(aside, path);
            _steps.SyncFolder(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>What cannot be removed now is removed at a later start.</summary>
    private void RemoveTemporary(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(_log, error, path);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Warning, "Artifact {Path} does not match its name and was put aside as {Aside}")]
        public static partial void PutAside(ILogger log, string path, string aside);

        [LoggerMessage(2002, LogLevel.Warning, "Artifact {Path} does not match its name and could not be put aside")]
        public static partial void NotPutAside(ILogger log, Exception error, string path);

        [LoggerMessage(2003, LogLevel.Warning, "The temporary file {Path} could not be removed")]
        public static partial void NotRemoved(ILogger log, Exception error, string path);
    }
}
