using System.Security.Cryptography;
using System.Text;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>
/// Where the PostgreSQL of a local cluster lies: in the cluster's folder, where it can be reached there. For root another user
/// runs it, who is not let into root's home.
/// </summary>
internal static class PostgresFolder
{
    private const string ForRoot = "/var/lib/orleans-diffusion";

    public static string For(string clusterFolder)
    {
        if (OperatingSystem.IsWindows() || Environment.UserName != "root" || IsOpen(clusterFolder)) return clusterFolder;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(clusterFolder))))[..16];
        return Path.Combine(ForRoot, name);
    }

    /// <summary>Whether anybody may pass through it and through all that it lies in. What does not exist yet will be open.</summary>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool IsOpen(string folder)
    {
        for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
            if (place.Exists && !place.UnixFileMode.HasFlag(UnixFileMode.OtherExecute)) return false;
        return true;
    }
}
