using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OrleansDiffusion.EndToEnd.Tests.Dashboard;

namespace OrleansDiffusion.EndToEnd.Tests.Served;

/// <summary>The dashboard in a browser against the real program: real jobs, real pictures.</summary>
[Collection("Dashboard")]
public sealed class ServedDashboardTests(BrowserHost browser) : IAsyncLifetime
{
    private const float PatienceMilliseconds = 60_000;

    private OdServe _server = null!;
    private IBrowserContext _context = null!;
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        var chromium = await browser.StartAsync();
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        _server = await OdServe.StartAsync();
        _context = await chromium.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        _context.SetDefaultTimeout(PatienceMilliseconds);
        _page = await _context.NewPageAsync();
        await _page.GotoAsync(_server.Address.ToString());
        await Assertions.Expect(_page.Locator(".connection")).ToHaveTextAsync("Live");
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null) await _context.DisposeAsync();
        _server?.Dispose();
    }

    [Fact]
    public async Task A_prompt_becomes_a_picture_and_the_gallery_has_it()
    {
        await Generate("a red apple");

        await Assertions.Expect(Stage.Locator("img[alt^='a red apple, seed']")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await Assertions.Expect(Stage.Locator(".stage-state")).ToContainTextAsync("Succeeded");
        await Assertions.Expect(Stage.Locator(".phase-legend li").First).ToContainTextAsync("Queued");

        await Tab("Gallery").ClickAsync();
        await Assertions.Expect(_page.Locator("#main img")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Progress_moves_while_it_draws_and_cancel_ends_it()
    {
        await _page.GetByLabel("Pictures", new() { Exact = true }).FillAsync("8");
        await _page.GetByLabel("Steps", new() { Exact = true }).FillAsync("60");
        await Generate("a castle");

        await Assertions.Expect(Stage.Locator(".live-headline")).ToHaveTextAsync(new Regex(@"^Step \d+ of 60"));
        await Assertions.Expect(Stage.GetByAltText("Preview of the picture in work")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await Stage.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Assertions.Expect(Stage.Locator(".badge")).ToHaveTextAsync("Cancelled");
        await Tab("Jobs").ClickAsync();
        await Assertions.Expect(_page.Locator("#main")).ToContainTextAsync("a castle");
        await Assertions.Expect(_page.Locator("#main")).ToContainTextAsync("Cancelled");
    }

    [Fact]
    public async Task The_cluster_page_shows_the_standby_the_device_and_the_grains()
    {
        await Generate("a star");
        await Assertions.Expect(Stage.Locator(".stage-state")).ToContainTextAsync("Succeeded");

        await Tab("Cluster").ClickAsync();

        var main = _page.Locator("#main");
        await Assertions.Expect(main).ToContainTextAsync("cpu0");
        await Assertions.Expect(main).ToContainTextAsync("1 of 1");
        foreach (var grain in (string[])["Job", "Scheduler", "Model", "Cluster", "Catalog", "Tenant"])
            await Assertions.Expect(main.GetByRole(AriaRole.Row).Filter(new() { HasTextRegex = new Regex($"^{grain}") })).ToHaveCountAsync(1);
    }

    private ILocator Stage => _page.Locator(".stage");

    private ILocator Tab(string name) => _page.Locator("#tabs").GetByRole(AriaRole.Link, new() { Name = name });

    private async Task Generate(string prompt)
    {
        await _page.GetByLabel("Prompt", new() { Exact = true }).FillAsync(prompt);
        await _page.GetByRole(AriaRole.Button, new() { Name = "Generate", Exact = true }).ClickAsync();
    }
}
