using OrleansDiffusion.Files;

namespace OrleansDiffusion.Weights;

/// <summary>What lies where in a cache.</summary>
internal sealed class CacheFolders
{
    public CacheFolders(string root)
    {
        Root = Path.GetFullPath(root);
        foreach (var folder in new[] { Files, Marks, Manifests, Models, Filling }) Directory.CreateDirectory(folder);
        FolderSync.Sync(Root);
    }

    public string Root { get; }

    /// <summary>Full-length files by their SHA-256.</summary>
    public string Files => Path.Combine(Root, "files");

    /// <summary>Which chunks of each are verified and durable.</summary>
    public string Marks => Path.Combine(Root, "marks");

    /// <summary>The models that are here, whole or in part; a manifest's time is the model's last use.</summary>
    public string Manifests => Path.Combine(Root, "manifests");

    /// <summary>A folder per manifest with a name for every file that is whole.</summary>
    public string Models => Path.Combine(Root, "models");

    /// <summary>A folder per model in use with a name for every file, whole or not.</summary>
    public string Filling => Path.Combine(Root, "filling");

    public string DataOf(string sha256) => Path.Combine(Files, sha256);

    public string MarksOf(string sha256) => Path.Combine(Marks, sha256);

    public string ManifestOf(string digest) => Path.Combine(Manifests, digest + ".json");

    public string ModelOf(string digest) => Path.Combine(Models, digest);

    public string FillingOf(string digest) => Path.Combine(Filling, digest);

    /// <exception cref="WeightsException">Another process has it.</exception>
    public FileStream Lock()
    {
        try
        {
            return new FileStream(Path.Combine(Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new WeightsException(WeightsError.CacheInUse, $"The weights cache {Root} is in use by another process.", error);
        }
    }
}
