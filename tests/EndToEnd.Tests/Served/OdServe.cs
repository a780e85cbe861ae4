using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OrleansDiffusion.EndToEnd.Tests.Served;

/// <summary>The `od serve` of this build, on a free port and a data folder of its own.</summary>
internal sealed partial class OdServe : IDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly string _data;

    private OdServe(Process process, string data, Uri address)
    {
        _process = process;
        _data = data;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<OdServe> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("od-e2e-").FullName;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "od.dll"), "serve", "--port", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OD_DATA"] = data;
        start.Environment["OD_ROOT"] = RepositoryFolders.Root;
        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (Found().Match(line.Data ?? "") is { Success: true } match) address.TrySetResult(new Uri(match.Value));
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new OdServe(process, data, await address.Task.WaitAsync(StartMax));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [GeneratedRegex("http://[0-9.]+:[0-9]+")]
    private static partial Regex Found();
}
