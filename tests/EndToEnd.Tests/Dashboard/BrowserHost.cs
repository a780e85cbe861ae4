using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(OrleansDiffusion.EndToEnd.Tests.Dashboard.BrowserHost))]

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

/// <summary>
/// One Chromium for all dashboard tests, started by the first that needs it: OD_CHROMIUM, else what is on PATH.
/// </summary>
public sealed class BrowserHost : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal async Task<IBrowser> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("OD_SKIP_BROWSER") == "1") Assert.Skip("OD_SKIP_BROWSER=1: no test opens a browser.");
        await _starting.WaitAsync();
        try
        {
            return _browser ??= await LaunchAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> LaunchAsync()
    {
        var program = Environment.GetEnvironmentVariable("OD_CHROMIUM") ?? FindOnPath();
        Assert.True(File.Exists(program), program is null
            ? "These tests need Chromium: apt-get install chromium, or set OD_CHROMIUM to the program, or OD_SKIP_BROWSER=1 to leave them out."
            : $"OD_CHROMIUM names {program}, which does not exist.");
        _playwright ??= await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Headless = true, Args = Arguments });
    }

    private static string? FindOnPath()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
