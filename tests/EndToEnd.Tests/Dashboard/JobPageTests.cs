using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class JobPageTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator Card(string title) => Page.Locator(".card").Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true }) });

    [Fact]
    public async Task A_row_opens_its_job()
    {
        Server.Jobs.Add("a lion", TimeSpan.FromMinutes(2)).Succeed();
        await OpenAsync("/jobs");

        await Page.GetByRole(AriaRole.Link, new() { Name = "a lion" }).ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("a lion");
        await Expect(Page).ToHaveURLAsync($"{Server.Address}/#/jobs/job_000001");
    }

    [Fact]
    public async Task A_finished_job_shows_input_result_timeline_and_facts()
    {
        var job = Server.Jobs.Add("a lion", TimeSpan.FromMinutes(2));
        job.Begin("load", secondsBefore: 0.5);
        job.Begin("steps", secondsBefore: 1);
        job.Succeed(secondsBefore: 0.5);

        await OpenAsync("/jobs/job_000001");

        await Expect(Card("Input")).ToContainTextAsync("a lion");
        await Expect(Card("Result").GetByAltText("a lion, seed 1001")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await Expect(Card("Timeline").Locator(".waterfall-row")).ToHaveTextAsync(["Queued500 ms", "Load1.00 s", "Steps500 ms"]);
        await Expect(Card("Timeline").Locator(".waterfall-bar").Nth(1)).ToHaveAttributeAsync("style", "inset-inline-start: 25%; inline-size: 50%;");
        await Expect(Card("Facts")).ToContainTextAsync("Devicelocal/cpu0");
        await Expect(Card("Facts")).ToContainTextAsync("Replicaemoji@5b1f6a0c9d3e/0");
    }

    [Fact]
    public async Task A_job_in_work_moves_until_its_picture_is_there()
    {
        var job = Server.Jobs.Add("a lion");
        job.Begin("steps");
        await OpenAsync("/jobs/job_000001");
        await Expect(Card("Result").Locator(".live-headline")).ToHaveTextAsync("Step 0 of 25");

        job.Step(9);
        await Expect(Card("Result").Locator(".live-headline")).ToHaveTextAsync("Step 9 of 25");
        job.Preview(0.4);
        await Expect(Card("Result").GetByAltText("Preview of the picture in work")).ToBeVisibleAsync();
        job.Succeed();

        await Expect(Card("Result").GetByAltText("a lion, seed 1001")).ToBeVisibleAsync();
        await Expect(Page.Locator(".job-sub .badge")).ToHaveTextAsync("Succeeded");
    }

    [Fact]
    public async Task A_failed_job_says_why()
    {
        Server.Jobs.Add("a lion").Fail("retries_exhausted", "Three devices failed.");

        await OpenAsync("/jobs/job_000001");

        await Expect(Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Retries exhausted" })).ToHaveTextAsync("Retries exhaustedThree devices failed.");
        await Expect(Card("Result")).ToContainTextAsync("No picture came of this job.");
    }

    [Fact]
    public async Task An_unknown_job_is_said_to_be_unknown()
    {
        await OpenAsync("/jobs/job_999999");

        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "No such job" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_plain_JSON_is_one_link_away()
    {
        Server.Jobs.Add("a lion").Succeed();
        await OpenAsync("/jobs/job_000001");

        var json = await Page.RunAndWaitForPopupAsync(() => Page.GetByRole(AriaRole.Link, new() { Name = "JSON" }).ClickAsync());

        await Expect(json.Locator("body")).ToContainTextAsync("\"id\":\"job_000001\"");
    }
}
