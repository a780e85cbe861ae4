using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class JobListTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator Rows => Page.Locator(".job-row");

    private ILocator Prompts => Page.Locator(".job-prompt");

    private ILocator Row(string prompt) => Rows.Filter(new() { HasText = prompt });

    [Fact]
    public async Task Jobs_are_listed_newest_first_with_state_and_time()
    {
        var old = Server.Jobs.Add("a lion", TimeSpan.FromMinutes(9));
        old.Begin("steps", secondsBefore: 0.5);
        old.Succeed(secondsBefore: 1.25);
        Server.Jobs.Add("a crown", TimeSpan.FromMinutes(3)).Fail("does_not_fit", "Too large.");

        await OpenAsync("/jobs");

        await Expect(Prompts).ToHaveTextAsync(["a crown", "a lion"]);
        await Expect(Row("a lion")).ToContainTextAsync("emojiSucceeded9 min ago1.25 s");
        await Expect(Row("a crown").Locator(".row-words")).ToHaveTextAsync("Too large.");
    }

    [Fact]
    public async Task A_job_of_somebody_else_appears_and_moves_by_itself()
    {
        await OpenAsync("/jobs");
        await Expect(Page.GetByText("No jobs yet")).ToBeVisibleAsync();

        var job = Server.Jobs.Add("a dolphin");
        await Expect(Row("a dolphin").Locator(".badge")).ToHaveTextAsync("Queued");
        job.Begin("steps");
        job.Step(5, etaSeconds: 20);

        await Expect(Row("a dolphin").Locator(".state-line")).ToHaveTextAsync("RunningStep 5 of 25 · about 20 s");
        await Expect(Row("a dolphin").GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", "20");
        job.Succeed();
        await Expect(Row("a dolphin").Locator(".badge")).ToHaveTextAsync("Succeeded");
        await Expect(Row("a dolphin").Locator("img")).ToHaveJSPropertyAsync("naturalWidth", 64);
    }

    [Fact]
    public async Task A_filter_shows_one_state_only_and_follows_it()
    {
        Server.Jobs.Add("a lion", TimeSpan.FromMinutes(2)).Succeed();
        var running = Server.Jobs.Add("a crown", TimeSpan.FromMinutes(1));
        running.Begin("steps");
        await OpenAsync("/jobs");

        await Button("Running").ClickAsync();
        await Expect(Prompts).ToHaveTextAsync(["a crown"]);
        running.Succeed();

        await Expect(Page.GetByText("Nothing running")).ToBeVisibleAsync();
        await Expect(Rows).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Older_jobs_come_page_by_page()
    {
        for (var index = 0; index < 75; index++) Server.Jobs.Add($"prompt {index:D2}", TimeSpan.FromMinutes(200 - index)).Succeed();

        await OpenAsync("/jobs");
        await Expect(Rows).ToHaveCountAsync(30);
        await Button("Load more").ScrollIntoViewIfNeededAsync();
        await Expect(Rows).ToHaveCountAsync(60);
        await Button("Load more").ScrollIntoViewIfNeededAsync();

        await Expect(Rows).ToHaveCountAsync(75);
        await Expect(Prompts.Last).ToHaveTextAsync("prompt 00");
        await Expect(Button("Load more")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_job_is_cancelled_from_its_row()
    {
        var job = Server.Jobs.Add("a dolphin");
        await OpenAsync("/jobs");

        await Row("a dolphin").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(Row("a dolphin").Locator(".badge")).ToHaveTextAsync("Cancelled");
        Assert.Equal("cancelled", job.Status);
    }

    [Fact]
    public async Task Start_like_this_one_fills_the_playground()
    {
        Server.Jobs.Add("a dolphin", TimeSpan.FromMinutes(1), body =>
        {
            body["steps"] = 12;
            body["sampler"] = "euler_a";
            body["seed"] = 77;
            body["negative_prompt"] = "sky";
        }).Succeed();
        await OpenAsync("/jobs");

        await Row("a dolphin").GetByRole(AriaRole.Button, new() { Name = "Start like this one" }).ClickAsync();

        await Expect(Page.GetByLabel("Prompt", new() { Exact = true })).ToHaveValueAsync("a dolphin");
        await Expect(Page.GetByLabel("Negative prompt")).ToHaveValueAsync("sky");
        await Expect(Page.GetByLabel("Steps", new() { Exact = true })).ToHaveValueAsync("12");
        await Expect(Page.GetByLabel("Sampler")).ToHaveValueAsync("euler_a");
        await Expect(Page.GetByLabel("Seed", new() { Exact = true })).ToHaveValueAsync("77");
    }

    [Fact]
    public async Task The_window_title_counts_what_runs_and_waits()
    {
        Server.Jobs.Add("a lion").Begin("steps");
        Server.Jobs.Add("a crown");
        Server.Jobs.Add("a robot");

        await OpenAsync("/jobs");

        await Expect(Page).ToHaveTitleAsync("(1 running, 2 queued) Jobs · OrleansDiffusion");
        await Expect(Page.Locator(".counts")).ToHaveTextAsync("1 running, 2 queued");
    }
}
