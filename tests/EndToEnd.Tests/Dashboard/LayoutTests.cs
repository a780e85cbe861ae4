using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class LayoutTests(BrowserHost browser) : DashboardTest(browser)
{
    /// <summary>Names of the elements that stick out of the window to the right, beyond what scrolls by itself.</summary>
    private const string Overflowing = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth";

    private const string Unnamed = """
        () => [...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
          .filter(control => control.checkVisibility())
          .filter(control => !(control.getAttribute('aria-label') || control.textContent.trim() || control.labels?.length))
          .map(control => control.outerHTML)
        """;

    private async Task FillAsync()
    {
        var longPrompt = string.Concat(Enumerable.Repeat("incomprehensibilities", 12)) + " and a lion";
        Server.Jobs.Add(longPrompt, TimeSpan.FromMinutes(3), body => body["count"] = 3).Succeed();
        Server.Jobs.Add("a crown", TimeSpan.FromMinutes(2)).Fail("does_not_fit", longPrompt);
        Server.Jobs.Add("a robot", TimeSpan.FromMinutes(1)).Begin("steps");
        (Server.Cluster.StandbyCount, Server.Cluster.DeficitReason) = (0, longPrompt);
        await OpenAsync();
    }

    [Theory]
    [InlineData(360)]
    [InlineData(768)]
    [InlineData(1280)]
    public async Task No_page_is_wider_than_the_window(int width)
    {
        await Page.SetViewportSizeAsync(width, 700);
        await FillAsync();

        foreach (var hash in new[] { "/", "/jobs", "/jobs/job_000001", "/jobs/job_000002", "/jobs/job_000003", "/gallery", "/gallery/job_000001/1", "/cluster" })
        {
            await ShowAsync(hash);
            Assert.True(await Page.EvaluateAsync<int>(Overflowing) <= 0, $"{hash} is too wide at {width} px");
        }
    }

    [Fact]
    public async Task Every_control_has_a_name()
    {
        await FillAsync();

        foreach (var hash in new[] { "/", "/jobs", "/jobs/job_000001", "/gallery/job_000001/0", "/cluster" })
        {
            await ShowAsync(hash);
            Assert.Empty(await Page.EvaluateAsync<string[]>(Unnamed));
        }
    }

    [Fact]
    public async Task On_a_phone_the_settings_are_folded_and_an_error_in_them_unfolds_them()
    {
        await Page.SetViewportSizeAsync(390, 844);
        await OpenAsync();
        await Expect(Page.GetByLabel("Steps", new() { Exact = true })).ToBeHiddenAsync();
        Server.NextRefusal = (422, Mock.MockRoutes.Refusal("invalid_request", "One field.", ("steps", "1 to 150")));

        await Button("Generate").ClickAsync();

        await Expect(Page.Locator("#steps-error")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task On_a_phone_a_new_job_comes_into_view()
    {
        await Page.SetViewportSizeAsync(390, 500);
        await OpenAsync();

        await GenerateAsync("a lion");

        await Expect(Stage.Locator(".frame")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task The_keyboard_reaches_the_content_past_the_header()
    {
        await OpenAsync("/jobs");
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.Locator(".skip-link")).ToBeFocusedAsync();

        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page.Locator("main")).ToBeFocusedAsync();
        await Expect(Page).ToHaveURLAsync($"{Server.Address}/#/jobs");
    }

    private async Task ShowAsync(string hash)
    {
        await Page.GotoAsync($"{Server.Address}/#{hash}");
        var landmark = hash switch
        {
            "/" => ".stage-columns",
            "/jobs" => ".job-row",
            "/gallery" => ".tile",
            "/cluster" => ".standby",
            _ when hash.StartsWith("/gallery/", StringComparison.Ordinal) => ".lightbox-prompt",
            _ => $".job-view a[href='/v1{hash}']",
        };
        await Expect(Page.Locator(landmark).First).ToBeVisibleAsync();
    }
}
