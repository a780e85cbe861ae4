using System.Text.RegularExpressions;
using OrleansDiffusion.Client;

namespace OrleansDiffusion.Cli.Generate;

/// <summary>Names and writes the pictures of a job.</summary>
internal static partial class OutputFiles
{
    private const int NameLengthMax = 40;

    /// <summary>Says before the work what would otherwise be said after it.</summary>
    /// <exception cref="DirectoryNotFoundException">The file's folder does not exist.</exception>
    public static void CheckWritable(string? output)
    {
        if (output is null) return;
        if (Directory.Exists(output)) throw new IOException($"-o names a folder: {output}");
        var folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder {folder} to write {Path.GetFileName(output)} into.");
    }

    public static async Task<IReadOnlyList<string>> WriteAsync(string? output, GenerationResult result, CancellationToken cancellation)
    {
        var spec = result.Job.Spec;
        output ??= $"{Slug(spec.Prompt)}-{spec.Seed}.{(spec.Format == "jpeg" ? "jpg" : spec.Format)}";
        var files = new List<string>();
        for (var i = 0; i < result.Pictures.Count; i++)
        {
            var file = result.Pictures.Count == 1 ? output : Numbered(output, i + 1);
            await File.WriteAllBytesAsync(file, result.Pictures[i], cancellation);
            files.Add(file);
        }

        return files;
    }

    internal static string Numbered(string file, int number) =>
        Path.Combine(Path.GetDirectoryName(file) ?? "", $"{Path.GetFileNameWithoutExtension(file)}-{number}{Path.GetExtension(file)}");

    internal static string Slug(string prompt)
    {
        var slug = NotPlain().Replace(prompt.ToLowerInvariant(), "-").Trim('-');
        if (slug.Length > NameLengthMax) slug = slug[..NameLengthMax].TrimEnd('-');
        return slug.Length == 0 ? "picture" : slug;
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotPlain();
}
