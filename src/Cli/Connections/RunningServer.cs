using System.Diagnostics;
using System.Text.Json;

namespace OrleansDiffusion.Cli.Connections;

/// <summary>
/// The note that `od serve` leaves in its data folder, so that commands on the same folder go through it: two nodes must
/// not work on one folder. Only its owner may read it, since it holds a key for this machine.
/// </summary>
internal sealed record RunningServer(Uri Address, int ProcessId, string? ApiKey)
{
    private const string FileName = "server.json";

    public static RunningServer? Find(DirectoryInfo data)
    {
        var file = Path.Combine(data.FullName, FileName);
        try
        {
            var server = JsonSerializer.Deserialize<RunningServer>(File.ReadAllText(file));
            return server is not null && IsAlive(server.ProcessId) ? server : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null; // No note, or none that can be read: no server that this user may talk to.
        }
    }

    public void Write(DirectoryInfo data)
    {
        data.Create();
        var file = Path.Combine(data.FullName, FileName);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        JsonSerializer.Serialize(stream, this);
    }

    public static void Remove(DirectoryInfo data) => File.Delete(Path.Combine(data.FullName, FileName));

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
