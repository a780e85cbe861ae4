namespace OrleansDiffusion.Cli.Clusters;

/// <summary>A data folder that goes with its command. Others may pass through it: PostgreSQL runs as a user of its own.</summary>
internal sealed class TemporaryData : IDisposable
{
    private const UnixFileMode OthersMayPass =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public TemporaryData(string prefix)
    {
        Folder = Directory.CreateTempSubdirectory(prefix);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Folder.FullName, OthersMayPass);
    }

    public DirectoryInfo Folder { get; }

    public bool IsKept { get; private set; }

    /// <summary>It stays, for whoever looks into what went wrong.</summary>
    public void Keep() => IsKept = true;

    public void Dispose()
    {
        if (!IsKept) Folder.Delete(recursive: true);
    }
}
