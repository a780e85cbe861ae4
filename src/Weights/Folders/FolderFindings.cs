namespace OrleansDiffusion.Weights;

/// <summary>Collects what the checks find, so that none stops at the first problem.</summary>
internal sealed class FolderFindings(string folder)
{
    private readonly List<FolderProblem> problems = [];
    private readonly List<FolderProblem> warnings = [];
    private readonly Dictionary<string, JsonFile?> json = [];

    public IReadOnlyList<FolderProblem> Problems => problems;

    public IReadOnlyList<FolderProblem> Warnings => warnings;

    public string Path(string file) => System.IO.Path.Combine(folder, file);

    public bool Has(string file) => File.Exists(Path(file));

    /// <summary>
    /// A configuration file, read once for all checks. Null if it is absent, which is no problem here, or broken, which is.
    /// </summary>
    public JsonFile? Json(string file)
    {
        if (!json.TryGetValue(file, out var read)) json[file] = read = JsonFile.Read(file, this);
        return read;
    }

    public void Problem(string field, string message) => problems.Add(new FolderProblem(field, message));

    public void Warning(string field, string message) => warnings.Add(new FolderProblem(field, message));
}
