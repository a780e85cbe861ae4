using System.Globalization;
using System.Text;

namespace OrleansDiffusion.Weights;

/// <summary>How much of a file is on the disk, and of which version of it.</summary>
internal sealed record DownloadedFile(string Path, long Bytes, string? Version, long DoneBytes)
{
    public bool IsWhole => DoneBytes == Bytes;
}

/// <summary>
/// What a download has done so far, a line for each step, written after the bytes are on the disk: what a killed process
/// leaves behind says less than is there, never more. A line that was cut off is none.
/// </summary>
internal sealed class DownloadJournal(string path)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DownloadedFile> _files = Read(path);

    public DownloadedFile? Find(string file)
    {
        lock (_lock) return _files.GetValueOrDefault(file);
    }

    public IReadOnlyList<DownloadedFile> All
    {
        get
        {
            lock (_lock) return [.. _files.Values];
        }
    }

    public void Note(DownloadedFile file)
    {
        lock (_lock)
        {
            _files[file.Path] = file;
            File.AppendAllText(path, Line(file));
        }
    }

    private static string Line(DownloadedFile file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.DoneBytes}\t{file.Bytes}\t{file.Version}\t{file.Path}\t.\n");

    private static Dictionary<string, DownloadedFile> Read(string path)
    {
        var files = new Dictionary<string, DownloadedFile>(StringComparer.Ordinal);
        if (!File.Exists(path)) return files;
        foreach (var line in File.ReadAllLines(path, Encoding.UTF8))
        {
            if (line.Split('\t') is not [var done, var bytes, var version, var file, "."]) continue;
            if (!long.TryParse(done, out var doneBytes) || !long.TryParse(bytes, out var allBytes)) continue;
            files[file] = new DownloadedFile(file, allBytes, version.Length == 0 ? null : version, doneBytes);
        }

        return files;
    }
}
