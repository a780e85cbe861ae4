using System.Collections.Concurrent;
using Microsoft.Playwright;
using OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

/// <summary>
/// A page of its own against a mock server of its own. Whatever a test does, it fails when the page throws or breaks
/// its content security policy.
/// </summary>
[Collection("Dashboard")]
public abstract class DashboardTest(BrowserHost browser) : IAsyncLifetime
{
    private const float PatienceMilliseconds = 30_000;
    private readonly ConcurrentQueue<string> _faults = [];

    internal MockServer Server { get; private set; } = null!;

    protected IBrowserContext Context { get; private set; } = null!;

    protected IPage Page { get; private set; } = null!;

    protected virtual BrowserNewContextOptions ContextOptions => new() { ViewportSize = new() { Width = 1280, Height = 800 }, ColorScheme = ColorScheme.Light };

    public async ValueTask InitializeAsync()
    {
        var chromium = await browser.StartAsync();
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        Server = await MockServer.StartAsync();
        Context = await chromium.NewContextAsync(ContextOptions);
        Context.SetDefaultTimeout(PatienceMilliseconds);
        Page = await Context.NewPageAsync();
        Page.PageError += (_, fault) => _faults.Enqueue(fault);
        Page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) _faults.Enqueue(message.Text);
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (Context is not null) await Context.DisposeAsync();
        if (Server is not null) await Server.DisposeAsync();
        Assert.Empty(_faults);
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a page of the dashboard and waits until it hears the server.</summary>
    protected async Task OpenAsync(string hash = "/")
    {
        await Page.GotoAsync($"{Server.Address}/#{hash}");
        await Expect(Connection).ToHaveTextAsync("Live");
    }

    protected ILocator Connection => Page.Locator(".connection");

    protected ILocator Stage => Page.Locator(".stage");

    protected ILocator Tab(string name) => Page.Locator("#tabs").GetByRole(AriaRole.Link, new() { Name = name });

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    protected static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    /// <summary>Writes a prompt, generates, and gives the job that reached the server and is watched by the page.</summary>
    internal async Task<MockJob> GenerateAsync(string prompt)
    {
        await Page.GetByLabel("Prompt", new() { Exact = true }).FillAsync(prompt);
        await Button("Generate").ClickAsync();
        var job = await Server.Jobs.NextSubmissionAsync();
        await job.Events.WhenListenersAsync(1);
        return job;
    }
}
