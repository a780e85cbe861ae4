using OrleansDiffusion.Diffusion.Onnx;

namespace OrleansDiffusion.Silo.Models;

/// <summary>The folder in which a node makes and finds its imports, one folder each: VERSION-cpu. None goes while it is used.</summary>
internal sealed class ImportFolders(string root)
{
    private const string LockFileName = ".lock";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    public string Root => root;

    /// <summary>The folders that are whole imports, or were some other build's.</summary>
    public IReadOnlyList<string> Names =>
        Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root).Select(folder => Path.GetFileName(folder)).Where(IsName).Order(StringComparer.Ordinal)] : [];

    public string PathOf(string name) => Path.Combine(root, name);

    /// <summary>Null when there is none that this build can load from.</summary>
    /// <returns>It stays there until it is disposed.</returns>
    public ImportedFolder? Find(string name)
    {
        lock (_lock)
        {
            if (ImportRecord.Read(PathOf(name)) is null) return null;
            _uses[name] = _uses.GetValueOrDefault(name) + 1;
            return new ImportedFolder(PathOf(name), EverythingIsHere.Instance) { Hold = new Use(this, name) };
        }
    }

    /// <summary>Held by the operating system, so that it ends with the process: one import at a time in all processes.</summary>
    /// <returns>Null while another process has it.</returns>
    public FileStream? TryLock()
    {
        Directory.CreateDirectory(root);
        try
        {
            return new FileStream(PathOf(LockFileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(PathOf(LockFileName)))
        {
            return null;
        }
    }

    /// <summary>Lets an import go. Its record goes first: what a crash leaves is no import, and is let go the next time.</summary>
    /// <returns>False: it is used, or some import is being made.</returns>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, by permission.</exception>
    public bool TryRemove(string name)
    {
        using var alone = TryLock();
        if (alone is null) return false;
        lock (_lock)
        {
            if (_uses.ContainsKey(name)) return false;
            File.Delete(Path.Combine(PathOf(name), ImportRecord.FileName));
        }

        Directory.Delete(PathOf(name), recursive: true);
        return true;
    }

    /// <summary>Removes what imports that were killed left behind, unless one is being made.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, by permission.</exception>
    public void RemoveUnfinished()
    {
        if (Unfinished().Count == 0) return;
        using var alone = TryLock();
        if (alone is null) return;
        foreach (var folder in Unfinished()) Directory.Delete(folder, recursive: true);
    }

    private List<string> Unfinished() =>
        Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root, $"*{ModelImport.UnfinishedSuffix}*")] : [];

    private static bool IsName(string folder) => folder.EndsWith($"-{OnnxProvider.CpuName}", StringComparison.Ordinal);

    private void Leave(string name)
    {
        lock (_lock)
        {
            if (--_uses[name] == 0) _uses.Remove(name);
        }
    }

    private sealed class Use(ImportFolders folders, string name) : IAsyncDisposable
    {
        private int _isOver;

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0) folders.Leave(name);
            return ValueTask.CompletedTask;
        }
    }
}
