using System.Runtime.CompilerServices;

namespace OrleansDiffusion.Architecture.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Our C# files: no build output, nothing generated, nothing fetched.</summary>
    public static IEnumerable<SourceFile> SourcesIn(params string[] folders) =>
        from folder in folders
        let path = Path.Combine(Root, folder)
        where Directory.Exists(path)
        from file in Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !relative.Contains("/obj/", StringComparison.Ordinal) && !relative.Contains("/node_modules/", StringComparison.Ordinal)
        select new SourceFile(relative, File.ReadAllLines(file));

    private static string FindRoot([CallerFilePath] string here = "")
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

internal sealed record SourceFile(string Path, string[] Lines);
