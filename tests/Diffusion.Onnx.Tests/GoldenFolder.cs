namespace OrleansDiffusion.Diffusion.Onnx.Tests;

/// <summary>Where the golden data lies: OD_GOLDEN_DIR, else shared/golden beside the repository, else tests/golden in it.</summary>
internal static class GoldenFolder
{
    private const string Marker = "OrleansDiffusion.sln";

    public static string Path { get; } = Find();

    public static string Pipeline(string name) => System.IO.Path.Combine(Path, "pipelines", name);

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("OD_GOLDEN_DIR") is { Length: > 0 } named) return named;
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, Marker))) root = root.Parent;
        if (root is null) throw new DirectoryNotFoundException($"No {Marker} above {AppContext.BaseDirectory}.");
        for (var folder = root.Parent; folder is not null; folder = folder.Parent)
        {
            var shared = System.IO.Path.Combine(folder.FullName, "shared", "golden");
            if (Directory.Exists(shared)) return shared;
        }

        return System.IO.Path.Combine(root.FullName, "tests", "golden");
    }
}
