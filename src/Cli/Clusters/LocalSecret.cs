using System.Security.Cryptography;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>What the silos of a local cluster know each other by: made once, readable by its owner alone, given on by environment.</summary>
internal static class LocalSecret
{
    private const string FileName = "weights.secret";
    private const int SecretBytes = 32;

    public static string Of(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) Write(file);
        return File.ReadAllText(file);
    }

    /// <summary>Under another name first: whoever finds the file finds all of it.</summary>
    private static void Write(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var unfinished = $"{file}.{Environment.ProcessId}";
        using (var writer = new StreamWriter(unfinished, options)) writer.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)));
        File.Move(unfinished, file, overwrite: false);
    }
}
