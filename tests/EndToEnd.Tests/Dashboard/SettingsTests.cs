using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class SettingsTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator Seed => Page.GetByLabel("Seed", new() { Exact = true });

    private ILocator Size => Page.GetByLabel("Size", new() { Exact = true });

    private ILocator Steps => Page.GetByLabel("Steps", new() { Exact = true });

    [Fact]
    public async Task Choosing_a_model_brings_its_sizes_its_samplers_and_its_defaults()
    {
        await OpenAsync();

        await Page.GetByLabel("Model").SelectOptionAsync("landscape-xl");

        await Expect(Size.Locator("option")).ToHaveTextAsync(
        [
            "1024 × 1024 square", "512 × 512 square", "768 × 768 square", "1280 × 1280 square", "1536 × 1536 square",
            "896 × 1152 tall", "832 × 1280 tall", "1152 × 896 wide", "1280 × 832 wide", "1344 × 768 wide", "Other…",
        ]);
        await Expect(Page.GetByLabel("Sampler").Locator("option")).ToHaveTextAsync(["dpmpp_2m_karras", "euler"]);
        await Expect(Steps).ToHaveValueAsync("30");
        await Expect(Page.GetByLabel("Guidance", new() { Exact = true })).ToHaveValueAsync("7");
    }

    [Fact]
    public async Task Another_size_can_be_written()
    {
        await OpenAsync();
        await Size.SelectOptionAsync("custom");
        await Page.GetByLabel("Width in pixels").FillAsync("72");
        await Page.GetByLabel("Height in pixels").FillAsync("40");

        var job = await GenerateAsync("a lion");

        Assert.Equal((72, 40), (job.Width, job.Height));
    }

    [Fact]
    public async Task A_slider_and_its_number_are_one_value()
    {
        await OpenAsync();

        await Page.GetByLabel("Steps, slider").FillAsync("12");
        await Expect(Steps).ToHaveValueAsync("12");
        await Steps.FillAsync("40");

        await Expect(Page.GetByLabel("Steps, slider")).ToHaveValueAsync("40");
    }

    [Fact]
    public async Task A_rolled_seed_is_sent_and_a_cleared_one_is_not()
    {
        await OpenAsync();
        await Button("Roll a seed").ClickAsync();
        var rolled = long.Parse(await Seed.InputValueAsync(), System.Globalization.CultureInfo.InvariantCulture);
        var first = await GenerateAsync("a lion");

        await Button("New seed each time").ClickAsync();
        var second = await GenerateAsync("a lion");

        Assert.InRange(rolled, 0, uint.MaxValue);
        Assert.Equal(rolled, first.Body["seed"]!.GetValue<long>());
        Assert.False(second.Body.ContainsKey("seed"));
    }

    [Fact]
    public async Task Recall_brings_back_the_seed_of_the_last_picture()
    {
        await OpenAsync();
        await Expect(Button("Recall the last seed")).ToBeDisabledAsync();
        (await GenerateAsync("a lion")).Succeed();
        await Expect(Stage.Locator(".badge")).ToHaveTextAsync("Succeeded");

        await Button("Recall the last seed").ClickAsync();

        await Expect(Seed).ToHaveValueAsync("1001");
    }

    [Fact]
    public async Task Quality_is_asked_only_of_formats_that_have_one()
    {
        await OpenAsync();
        await Expect(Page.GetByLabel("Quality", new() { Exact = true })).ToBeHiddenAsync();
        await Page.GetByLabel("Format").SelectOptionAsync("webp");
        await Page.GetByLabel("Quality", new() { Exact = true }).FillAsync("70");

        var lossy = await GenerateAsync("a lion");
        await Page.GetByLabel("Format").SelectOptionAsync("png");
        var lossless = await GenerateAsync("a lion");

        Assert.Equal(70, lossy.Body["quality"]!.GetValue<int>());
        Assert.False(lossless.Body.ContainsKey("quality"));
    }

    [Fact]
    public async Task What_was_written_survives_a_reload()
    {
        await OpenAsync();
        await Page.GetByLabel("Prompt", new() { Exact = true }).FillAsync("a castle");
        await Page.GetByLabel("Negative prompt").FillAsync("clouds");
        await Steps.FillAsync("7");
        await Size.SelectOptionAsync("32x32");

        await Page.ReloadAsync();

        await Expect(Page.GetByLabel("Prompt", new() { Exact = true })).ToHaveValueAsync("a castle");
        await Expect(Page.GetByLabel("Negative prompt")).ToHaveValueAsync("clouds");
        await Expect(Steps).ToHaveValueAsync("7");
        await Expect(Size).ToHaveValueAsync("32x32");
    }

    [Fact]
    public async Task Without_a_model_the_page_says_how_to_add_one_and_looks_again()
    {
        var models = Server.Models;
        Server.Models = [];
        await OpenAsync();
        await Expect(Page.GetByText("od models add FOLDER")).ToBeVisibleAsync();

        Server.Models = models;
        await Button("Look again").ClickAsync();

        await Expect(Page.GetByLabel("Model")).ToHaveValueAsync("emoji");
        await Expect(Page.GetByText("od models add FOLDER")).ToBeHiddenAsync();
    }
}
