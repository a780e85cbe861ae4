namespace OrleansDiffusion.Weights;

/// <summary>A model that has room in the cache, whole or in part. Used under the cache's lock.</summary>
internal sealed class CachedModel(ChunkManifest manifest, IReadOnlyList<CachedFile> files, CacheFolders folders)
{
    private readonly Dictionary<string, CachedFile> _bySha256 = files.ToDictionary(file => file.File.Sha256, StringComparer.Ordinal);

    public ChunkManifest Manifest { get; } = manifest;

    /// <summary>One per content.</summary>
    public IReadOnlyList<CachedFile> Files { get; } = files;

    public string Folder { get; } = folders.ModelOf(manifest.Digest);

    /// <summary>Of every file, at full length, while the model is in use.</summary>
    public string FillingFolder { get; } = folders.FillingOf(manifest.Digest);

    public int LeaseCount { get; private set; }

    public DateTimeOffset LastUsed { get; set; }

    public CachedFile Of(ChunkedFile file) => _bySha256[file.Sha256];

    public ChunkSet Have()
    {
        var have = new ChunkSet(Manifest.Chunks.Count);
        foreach (var chunk in Manifest.Chunks.Where(chunk => Of(chunk.File).Has(chunk.Index))) have.Add(chunk.Number);
        return have;
    }

    /// <summary>One more lease; the first makes the folder follow its files.</summary>
    public void Hold()
    {
        if (LeaseCount == 0)
        {
            foreach (var file in Files) file.Use(this);
            foreach (var file in Manifest.Files) Link(Of(file), Path.Combine(FillingFolder, file.Path));
        }

        LeaseCount++;
    }

    public void LetGo()
    {
        if (--LeaseCount > 0) return;
        foreach (var file in Files) file.Leave(this);
        if (Directory.Exists(FillingFolder)) Directory.Delete(FillingFolder, recursive: true);
    }

    public void NameFiles()
    {
        foreach (var file in Files) file.NameIn(this);
    }

    /// <summary>Gives a content its names in the model's folder, or takes them away. Used under the file's lock.</summary>
    public void Name(CachedFile content, bool isWhole)
    {
        foreach (var file in Manifest.Files.Where(file => file.Sha256 == content.File.Sha256))
        {
            var name = Path.Combine(Folder, file.Path);
            if (!isWhole) DeleteIfThere(name);
            else Link(content, name);
        }
    }

    private static void Link(CachedFile content, string name)
    {
        if (File.Exists(name)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(name)!);
        SecondName.Link(content.DataPath, name);
    }

    private static void DeleteIfThere(string name)
    {
        if (Directory.Exists(Path.GetDirectoryName(name))) File.Delete(name);
    }
}
