using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class GalleryTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator Captions => Page.Locator(".tile-caption");

    private ILocator Lightbox => Page.GetByRole(AriaRole.Dialog, new() { Name = "Picture" });

    private ILocator Shown => Lightbox.GetByRole(AriaRole.Heading);

    private void AddThree()
    {
        Server.Jobs.Add("a lion", TimeSpan.FromMinutes(9)).Succeed();
        Server.Jobs.Add("a crown", TimeSpan.FromMinutes(6), body => body["count"] = 2).Succeed();
        Server.Jobs.Add("a failure", TimeSpan.FromMinutes(5)).Fail("internal", "No.");
        Server.Jobs.Add("a robot", TimeSpan.FromMinutes(3)).Succeed();
    }

    [Fact]
    public async Task Finished_pictures_are_shown_newest_first()
    {
        AddThree();

        await OpenAsync("/gallery");

        await Expect(Captions).ToHaveTextAsync(["a robot", "a crown", "a crown", "a lion"]);
    }

    [Fact]
    public async Task A_picture_that_is_finished_now_appears_by_itself()
    {
        await OpenAsync("/gallery");
        await Expect(Page.GetByText("No pictures yet")).ToBeVisibleAsync();

        Server.Jobs.Add("a dolphin").Succeed();

        await Expect(Captions).ToHaveTextAsync(["a dolphin"]);
    }

    [Fact]
    public async Task A_picture_opens_large_and_the_arrow_keys_go_through_all()
    {
        AddThree();
        await OpenAsync("/gallery");
        await Page.Locator(".tile-link").First.ClickAsync();
        await Expect(Shown).ToHaveTextAsync("a robot");
        await Expect(Lightbox).ToContainTextAsync("1 of 4");

        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("ArrowRight");

        await Expect(Lightbox).ToContainTextAsync("3 of 4");
        await Expect(Page).ToHaveURLAsync(new Regex("#/gallery/job_000002/1$"));
        await Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(Lightbox).ToContainTextAsync("2 of 4");
    }

    [Fact]
    public async Task Escape_closes_the_picture_and_so_does_going_back()
    {
        AddThree();
        await OpenAsync("/gallery");
        await Page.Locator(".tile-link").First.ClickAsync();
        await Expect(Lightbox).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Lightbox).ToBeHiddenAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("#/gallery$"));
        await Page.Locator(".tile-link").Nth(1).ClickAsync();
        await Expect(Shown).ToHaveTextAsync("a crown");

        await Page.GoBackAsync();

        await Expect(Lightbox).ToBeHiddenAsync();
    }

    [Fact]
    public async Task An_address_opens_its_picture()
    {
        AddThree();

        await OpenAsync("/gallery/job_000001/0");

        await Expect(Shown).ToHaveTextAsync("a lion");
        await Expect(Lightbox.GetByAltText("a lion")).ToHaveJSPropertyAsync("naturalWidth", 64);
    }

    [Fact]
    public async Task The_settings_of_one_picture_make_that_picture_again()
    {
        AddThree();
        await OpenAsync("/gallery/job_000002/1");

        await Button("Use these settings").ClickAsync();

        await Expect(Page.GetByLabel("Prompt", new() { Exact = true })).ToHaveValueAsync("a crown");
        await Expect(Page.GetByLabel("Seed", new() { Exact = true })).ToHaveValueAsync("1003");
        await Expect(Page.GetByLabel("Pictures", new() { Exact = true })).ToHaveValueAsync("1");
        await Expect(Page).ToHaveURLAsync(new Regex("#/$"));
    }

    [Fact]
    public async Task A_download_is_named_after_its_prompt_and_seed()
    {
        Server.Jobs.Add("A Lion, roaring!", TimeSpan.FromMinutes(9)).Succeed();
        await OpenAsync("/gallery/job_000001/0");

        var download = await Page.RunAndWaitForDownloadAsync(() => Button("Download").ClickAsync());

        Assert.Equal("a-lion-roaring-1001.png", download.SuggestedFilename);
    }

    [Fact]
    public async Task Older_pictures_come_when_the_end_comes_into_view()
    {
        for (var index = 0; index < 75; index++) Server.Jobs.Add($"prompt {index:D2}", TimeSpan.FromMinutes(200 - index)).Succeed();
        await OpenAsync("/gallery");
        await Expect(Captions).ToHaveCountAsync(60);

        await Page.EvaluateAsync("() => window.scrollTo(0, document.body.scrollHeight)");

        await Expect(Captions).ToHaveCountAsync(75);
    }

    [Fact]
    public async Task Pixels_can_be_shown_crisp_and_the_choice_stays()
    {
        AddThree();
        await OpenAsync("/gallery");
        await Expect(Page.Locator(".tile img").First).ToHaveCSSAsync("image-rendering", "auto");

        await Button("Crisp pixels").ClickAsync();
        await Page.ReloadAsync();

        await Expect(Page.Locator(".tile img").First).ToHaveCSSAsync("image-rendering", "pixelated");
    }
}
