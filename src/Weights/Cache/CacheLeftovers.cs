namespace OrleansDiffusion.Weights;

/// <summary>What a process left behind: the models it had, and what it was doing when it ended.</summary>
internal static class CacheLeftovers
{
    /// <summary>Every model's manifest and last use. What is no manifest, or contradicts another about a file, is removed.</summary>
    public static IReadOnlyList<(ChunkManifest Manifest, DateTimeOffset LastUsed)> Manifests(
        CacheFolders folders, ICacheSteps steps, IWeightsObserver observer)
    {
        var found = new List<(ChunkManifest Manifest, DateTimeOffset LastUsed)>();
        var contents = new Dictionary<string, ChunkedFile>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(folders.Manifests).Order(StringComparer.Ordinal))
        {
            if (Read(path, contents, out var why) is { } manifest)
            {
                found.Add((manifest, File.GetLastWriteTimeUtc(path)));
                continue;
            }

            steps.Delete(path);
            observer.Seen(new CacheNote(Path.GetFileName(path), why));
        }

        return found;
    }

    /// <summary>Marks go before files, so that no mark is ever without its file.</summary>
    public static void Remove(
        CacheFolders folders, ICacheSteps steps, IWeightsObserver observer, ICollection<string> digests, ICollection<string> contents)
    {
        foreach (var folder in Directory.GetDirectories(folders.Models).Where(folder => !digests.Contains(Path.GetFileName(folder))))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var folder in Directory.GetDirectories(folders.Filling)) Directory.Delete(folder, recursive: true); // Nobody uses a model yet.
        foreach (var path in Directory.GetFiles(folders.Marks).Concat(Directory.GetFiles(folders.Files)))
        {
            if (contents.Contains(Path.GetFileName(path))) continue;
            steps.Delete(path);
            observer.Seen(new CacheNote(Path.GetFileName(path), "It belongs to no model."));
        }
    }

    private static ChunkManifest? Read(string path, Dictionary<string, ChunkedFile> contents, out string why)
    {
        try
        {
            var manifest = ChunkManifest.Parse(File.ReadAllBytes(path), Path.GetFileNameWithoutExtension(path));
            var other = manifest.Contents.FirstOrDefault(file =>
                contents.TryGetValue(file.Sha256, out var known) && !known.Chunks.SequenceEqual(file.Chunks));
            why = $"It cuts {other?.Path} into other chunks than another manifest.";
            if (other is not null) return null;
            foreach (var file in manifest.Contents) contents[file.Sha256] = file;
            return manifest;
        }
        catch (WeightsException error)
        {
            why = error.Message;
            return null;
        }
    }
}
