using System.Diagnostics;
using System.Runtime.InteropServices;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>A process of a local cluster, which outlives the command that started it.</summary>
/// <param name="Name">silo-1, api, ...</param>
/// <param name="Id">Of the process.</param>
/// <param name="Port">Where it answers over HTTP.</param>
/// <param name="LogFile">What it says.</param>
internal sealed partial record LocalProcess(string Name, int Id, int Port, string LogFile)
{
    /// <summary>Stands in the process's environment, so that it is known again.</summary>
    private const string Mark = "OD_LOCAL_MEMBER";

    private const int Kill = 9, Terminate = 15, Continue = 18, Stop = 19;

    /// <summary>Where this process's own words go, when it was started by <see cref="StartAsync"/>.</summary>
    public static string? OwnLogFile => Environment.GetEnvironmentVariable(Mark);

    /// <summary>Another process may have got the number since.</summary>
    public bool IsAlive
    {
        get
        {
            try
            {
                return File.ReadAllText($"/proc/{Id}/environ").Split('\0').Contains($"{Mark}={LogFile}");
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>Starts this very program with other arguments, in a session of its own.</summary>
    /// <exception cref="NodeStartException">It could not be started.</exception>
    public static async Task<LocalProcess> StartAsync(
        string name, int port, string logFile, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings, CancellationToken cancellation)
    {
        var program = string.Join(' ', ((string[])[Environment.ProcessPath!, typeof(LocalProcess).Assembly.Location, .. arguments]).Select(Quoted));
        var shell = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        foreach (var (setting, value) in settings) shell.Environment[setting.Replace(":", "__", StringComparison.Ordinal)] = value;
        shell.ArgumentList.Add("-c");
        shell.ArgumentList.Add($"{Mark}={Quoted(logFile)} setsid {program} >>{Quoted(logFile)} 2>&1 </dev/null & echo $!");
        using var started = Process.Start(shell) ?? throw new NodeStartException("/bin/sh could not be started.");
        var id = await started.StandardOutput.ReadLineAsync(cancellation);
        await started.WaitForExitAsync(cancellation);
        return new LocalProcess(name, int.Parse(id!), port, logFile);
    }

    public void KillAtOnce() => Signal(Kill);

    /// <summary>Asks it to leave; it may take its time.</summary>
    public void AskToLeave() => Signal(Terminate);

    /// <summary>It stands still, with its connections open, until it is thawed.</summary>
    public void Freeze() => Signal(Stop);

    public void Thaw() => Signal(Continue);

    /// <summary>Asks it to leave, and kills it when it takes too long.</summary>
    public async Task StopAsync(TimeSpan patience, CancellationToken cancellation)
    {
        AskToLeave();
        var deadline = TimeProvider.System.GetUtcNow() + patience;
        while (IsAlive && TimeProvider.System.GetUtcNow() < deadline)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
        if (IsAlive) Signal(Kill);
    }

    private void Signal(int signal)
    {
        if (IsAlive) _ = SendSignal(Id, signal);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
