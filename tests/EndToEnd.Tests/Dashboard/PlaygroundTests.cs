using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class PlaygroundTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator Prompt => Page.GetByLabel("Prompt", new() { Exact = true });

    private ILocator Setting(string label) => Page.GetByLabel(label, new() { Exact = true });

    private ILocator Progress => Stage.GetByRole(AriaRole.Progressbar);

    [Fact]
    public async Task A_prompt_becomes_a_job_with_the_settings_that_the_form_shows()
    {
        await OpenAsync();

        var job = await GenerateAsync("a red apple");

        var expected = JsonNode.Parse(
            """{"model":"emoji","prompt":"a red apple","width":64,"height":64,"steps":25,"guidance":5,"count":1,"sampler":"ddim","format":"png","previews":8}""");
        Assert.True(JsonNode.DeepEquals(expected, job.Body), job.Body.ToJsonString());
    }

    [Fact]
    public async Task Control_and_Enter_generates()
    {
        await OpenAsync();
        await Prompt.FillAsync("a robot");

        await Prompt.PressAsync("Control+Enter");

        Assert.Equal("a robot", (await Server.Jobs.NextSubmissionAsync()).Prompt);
    }

    [Fact]
    public async Task An_example_fills_the_prompt()
    {
        await OpenAsync();

        await Button("a sunflower").ClickAsync();

        await Expect(Prompt).ToHaveValueAsync("a sunflower");
    }

    [Fact]
    public async Task Settings_can_be_changed_once_the_model_is_known_and_those_of_before_are_kept_until_then()
    {
        await OpenAsync();
        await Setting("Steps").FillAsync("40");
        var answer = new TaskCompletionSource();
        await Page.RouteAsync("**/v1/models", async route =>
        {
            await answer.Task;
            await route.ContinueAsync();
        });
        await Page.ReloadAsync();
        await Expect(Connection).ToHaveTextAsync("Live");

        await Expect(Setting("Pictures")).ToBeDisabledAsync();
        await Prompt.FillAsync("a red apple");
        answer.SetResult();
        await Setting("Pictures").FillAsync("8");

        await Expect(Setting("Pictures")).ToHaveValueAsync("8");
        await Expect(Setting("Steps")).ToHaveValueAsync("40");
        await Expect(Prompt).ToHaveValueAsync("a red apple");
    }

    [Fact]
    public async Task A_waiting_job_says_its_place_its_reason_and_its_estimate()
    {
        await OpenAsync();
        var job = await GenerateAsync("a red apple");

        job.Wait(3, 4.2, "the model is loading (40 %)");

        await Expect(Stage.Locator(".live-headline")).ToHaveTextAsync("Number 3 in the queue: the model is loading (40 %)");
        await Expect(Stage.Locator(".live-facts")).ToHaveTextAsync("about 4 s left");
        await Expect(Page).ToHaveTitleAsync("(1 queued) Playground · OrleansDiffusion");
    }

    [Fact]
    public async Task Every_step_moves_the_progress()
    {
        await OpenAsync();
        var job = await GenerateAsync("a red apple");
        job.Begin("load");
        await Expect(Stage.Locator("[aria-current=step]")).ToHaveTextAsync("Load");
        job.Begin("encode");
        job.Begin("steps");

        job.Step(10, rate: 31.24, etaSeconds: 12);

        await Expect(Stage.Locator(".live-headline")).ToHaveTextAsync("Step 10 of 25");
        await Expect(Stage.Locator(".live-facts")).ToHaveTextAsync("31.2 it/s · about 12 s left");
        await Expect(Progress).ToHaveAttributeAsync("aria-valuenow", "40");
        await Expect(Stage.Locator("[aria-current=step]")).ToHaveTextAsync("Steps");
        await Expect(Stage.Locator("[aria-live=polite]")).ToHaveTextAsync("25 percent");
        await Expect(Page).ToHaveTitleAsync("(1 running) Playground · OrleansDiffusion");
    }

    [Fact]
    public async Task A_preview_shows_before_the_picture_is_done()
    {
        await OpenAsync();
        var job = await GenerateAsync("a red apple");
        job.Begin("steps");

        job.Preview(noise: 0.5);

        await Expect(Stage.GetByAltText("Preview of the picture in work")).ToHaveAttributeAsync("src", new Regex("^data:image/png;base64,iVBOR"));
        await Expect(Stage.GetByAltText("Preview of the picture in work")).ToHaveJSPropertyAsync("naturalWidth", 64);
    }

    [Fact]
    public async Task A_finished_job_shows_its_picture_its_parameters_and_where_the_time_went()
    {
        await OpenAsync();
        var job = await GenerateAsync("a red apple");
        job.Begin("load", secondsBefore: 0.25);
        job.Begin("steps", secondsBefore: 1.5);

        job.Succeed(secondsBefore: 0.75);

        await Expect(Stage.GetByAltText("a red apple, seed 1001")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await Expect(Stage.Locator(".stage-state")).ToContainTextAsync("Succeeded2.50 s");
        await Expect(Stage.Locator(".parameter")).ToHaveTextAsync(
            ["Modelemoji", "Size64 × 64", "Steps25", "Guidance5", "Samplerddim", "Seed1001", "Formatpng"]);
        await Expect(Stage.Locator(".phase-legend li")).ToHaveTextAsync(["Queued250 ms", "Load1.50 s", "Steps750 ms"]);
    }

    [Fact]
    public async Task Several_pictures_show_side_by_side_with_a_seed_each()
    {
        await OpenAsync();
        await Page.GetByLabel("Pictures", new() { Exact = true }).FillAsync("3");
        var job = await GenerateAsync("a panda");
        job.Begin("steps");
        job.Step(5, image: 1);
        await Expect(Stage.Locator(".live-facts")).ToContainTextAsync("picture 2 of 3");

        job.Succeed();

        foreach (var seed in new[] { 1001, 1002, 1003 })
            await Expect(Stage.GetByAltText($"a panda, seed {seed}")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Cancel_ends_the_job()
    {
        await OpenAsync();
        var job = await GenerateAsync("a red apple");
        job.Begin("steps");

        await Stage.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(Stage.Locator(".badge")).ToHaveTextAsync("Cancelled");
        Assert.Equal("cancelled", job.Status);
        await Expect(Page).ToHaveTitleAsync("Playground · OrleansDiffusion");
    }

    [Fact]
    public async Task A_reload_goes_on_watching_the_job_in_work()
    {
        await OpenAsync();
        var job = await GenerateAsync("a red apple");
        job.Begin("steps");
        await Page.ReloadAsync();
        await Expect(Stage.Locator(".stage-prompt")).ToHaveTextAsync("a red apple");

        job.Step(20);
        await Expect(Stage.Locator(".live-headline")).ToHaveTextAsync("Step 20 of 25");
        job.Succeed();

        await Expect(Stage.GetByAltText("a red apple, seed 1001")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_recent_job_comes_back_to_the_stage()
    {
        Server.Jobs.Add("a cactus", TimeSpan.FromMinutes(2)).Succeed();
        Server.Jobs.Add("a crown", TimeSpan.FromMinutes(1)).Succeed();
        await OpenAsync();
        await Expect(Stage.Locator(".stage-prompt")).ToHaveTextAsync("a crown");

        await Button("a cactus, succeeded").ClickAsync();

        await Expect(Stage.Locator(".stage-prompt")).ToHaveTextAsync("a cactus");
    }

    [Fact]
    public async Task Without_any_job_the_stage_says_what_to_do()
    {
        await OpenAsync();

        await Expect(Stage.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Your picture appears here");
    }
}
