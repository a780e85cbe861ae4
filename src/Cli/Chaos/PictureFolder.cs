using System.Security.Cryptography;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>What really lies in a folder of pictures, half-written and set-aside files included.</summary>
internal static class PictureFolder
{
    public static IReadOnlyList<PictureFile> Read(string root) =>
        [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(IsPicture).Order(StringComparer.Ordinal).Select(file => Look(root, file))];

    /// <summary>The mark that models were registered lies beside the pictures, and is none.</summary>
    private static bool IsPicture(string file) => Path.GetFileName(file) is not "models-seeded";

    private static PictureFile Look(string root, string file)
    {
        using var content = File.OpenRead(file);
        var name = Path.GetFileName(file);
        return new PictureFile(Path.GetRelativePath(root, file), name, Convert.ToHexStringLower(SHA256.HashData(content)) == name);
    }
}
