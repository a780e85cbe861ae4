namespace OrleansDiffusion.Weights;

/// <summary>Collects what the checks find, so that none stops at the first problem.</summary>
internal sealed class FolderFindings(string folder)
{
    private readonly List<FolderProblem> _problems = [];
    private readonly List<FolderProblem> _warnings = [];
    private readonly Dictionary<string, JsonFile?> _json = [];

    public IReadOnlyList<FolderProblem> Problems => _problems;

    public IReadOnlyList<FolderProblem> Warnings => _warnings;

    public string Path(string file) => System.IO.Path.Combine(folder, file);

    public bool Has(string file) => File.Exists(Path(file));

    /// <summary>
    /// A configuration file, read once for all checks. Null if it is absent, which is no problem here, or broken, which is.
    /// </summary>
    public JsonFile? Json(string file)
    {
        if (!_json.TryGetValue(file, out var read)) _json[file] = read = JsonFile.Read(file, this);
        return read;
    }

    public void Problem(string field, string message) => _problems.Add(new FolderProblem(field, message));

    public void Warning(string field, string message) => _warnings.Add(new FolderProblem(field, message));
}
