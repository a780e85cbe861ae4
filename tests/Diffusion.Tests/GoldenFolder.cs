namespace OrleansDiffusion.Diffusion.Tests;

/// <summary>
/// Where the golden data lies: OD_GOLDEN_DIR when set, else `../shared/golden` beside the repository, else
/// `tests/golden` in it. Nothing there is an error, never a reason to pass.
/// </summary>
public static class GoldenFolder
{
    private static readonly Lazy<string> Resolved = new(Resolve);

    public static string Path(params string[] parts) => System.IO.Path.Combine([Resolved.Value, .. parts]);

    private static string Resolve()
    {
        if (Environment.GetEnvironmentVariable("OD_GOLDEN_DIR") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : throw new DirectoryNotFoundException($"OD_GOLDEN_DIR names {named}, which does not exist.");
        }

        var root = RepositoryRoot();
        string[] candidates = [System.IO.Path.Combine(root, "..", "shared", "golden"), System.IO.Path.Combine(root, "tests", "golden")];
        return candidates.FirstOrDefault(Directory.Exists)
            ?? throw new DirectoryNotFoundException($"No golden data: set OD_GOLDEN_DIR, or provide one of {string.Join(", ", candidates)}.");
    }

    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "OrleansDiffusion.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No OrleansDiffusion.sln above {AppContext.BaseDirectory}.");
    }
}
