using System.Runtime.CompilerServices;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Of deploy/, as git sees it: what an operator copied there for himself does not count.</summary>
    public static IEnumerable<string> DeployFiles =>
        from file in Directory.EnumerateFiles(Path.Combine(Root, "deploy"), "*", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where Path.GetFileName(relative) is not (".env" or "secret.yaml")
        orderby relative
        select relative;

    private static string Find([CallerFilePath] string here = "")
    {
        foreach (var start in (string[])[AppContext.BaseDirectory, Path.GetDirectoryName(here)!])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "OrleansDiffusion.sln"))) return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("These tests read the repository they were built from, and it is not there.");
    }
}
