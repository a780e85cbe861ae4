using Microsoft.Playwright;
using OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class ConnectionTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator Banner => Page.Locator("#banner");

    [Fact]
    public async Task A_server_that_goes_away_is_noticed_and_so_is_its_return()
    {
        await OpenAsync("/jobs");

        Server.GoDown();
        await Expect(Connection).ToHaveTextAsync("Offline");
        await Expect(Banner).ToContainTextAsync("The server does not answer.");
        Server.ComeBack();

        await Expect(Connection).ToHaveTextAsync("Live");
        await Expect(Banner).ToBeEmptyAsync();
    }

    [Fact]
    public async Task What_happened_meanwhile_is_caught_up_with()
    {
        var job = Server.Jobs.Add("a lion");
        await OpenAsync("/jobs");
        await Expect(Page.Locator(".job-row .badge")).ToHaveTextAsync("Queued");
        Server.GoDown();
        await Expect(Connection).ToHaveTextAsync("Offline");

        job.Succeed();
        Server.Jobs.Add("a crown");
        Server.ComeBack();

        await Expect(Page.Locator(".job-row .badge")).ToHaveTextAsync(["Queued", "Succeeded"]);
    }

    [Fact]
    public async Task A_dropped_stream_returns_without_a_word()
    {
        await OpenAsync("/jobs");
        await Page.EvaluateAsync(
            """
            () => {
              window.seen = [];
              const banner = document.querySelector('#banner');
              new MutationObserver(() => window.seen.push(banner.textContent)).observe(banner, { childList: true });
            }
            """);

        Server.DropStreams();
        await Expect(Connection).ToHaveTextAsync("Connecting");
        await Expect(Connection).ToHaveTextAsync("Live");

        Assert.DoesNotContain("The server does not answer. What you see may be old; trying again.", await Page.EvaluateAsync<string[]>("() => window.seen"));
    }

    [Fact]
    public async Task A_job_in_work_is_followed_across_a_break()
    {
        await OpenAsync();
        var job = await GenerateAsync("a lion");
        job.Begin("steps");
        await Expect(Stage.Locator(".live-headline")).ToHaveTextAsync("Step 0 of 25");

        Server.GoDown();
        job.Events.DropAll();
        job.Succeed();
        await Expect(Connection).ToHaveTextAsync("Offline");
        Server.ComeBack();

        await Expect(Stage.GetByAltText("a lion, seed 1001")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_page_that_cannot_load_says_so_and_recovers_by_itself()
    {
        Server.Jobs.Add("a lion").Succeed();
        await OpenAsync();
        Server.GoDown();
        await Expect(Connection).ToHaveTextAsync("Offline");

        await Tab("Gallery").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "The server does not answer" })).ToBeVisibleAsync();
        Server.ComeBack();

        await Expect(Page.Locator(".tile-caption")).ToHaveTextAsync(["a lion"]);
    }

    [Fact]
    public async Task A_stream_that_ends_with_a_problem_is_opened_again()
    {
        await OpenAsync();
        var job = await GenerateAsync("a lion");
        job.Begin("steps");
        job.Events.Send(new SseEvent("error", MockRoutes.Refusal("internal", "The silo went away.")));
        await job.Events.WhenListenersAsync(0);
        await job.Events.WhenListenersAsync(1);

        job.Step(9);

        await Expect(Stage.Locator(".live-headline")).ToHaveTextAsync("Step 9 of 25");
    }

    [Fact]
    public async Task A_page_of_a_list_that_failed_is_asked_for_again_only_by_hand()
    {
        for (var index = 0; index < 40; index++) Server.Jobs.Add($"prompt {index:D2}", TimeSpan.FromMinutes(200 - index)).Succeed();
        Server.RefusesLaterPages = true;
        await OpenAsync("/jobs");
        await Button("Load more").ScrollIntoViewIfNeededAsync();
        Server.Jobs.Add("a crown");
        await Expect(Page.Locator(".job-row")).ToHaveCountAsync(31);
        Assert.Equal(1, Server.RefusedPageCount);

        Server.RefusesLaterPages = false;
        await Button("Load more").ClickAsync();

        await Expect(Page.Locator(".job-row")).ToHaveCountAsync(41);
    }

    [Fact]
    public async Task A_hidden_page_gives_its_streams_back_and_a_shown_one_takes_them_up()
    {
        await OpenAsync("/cluster");
        await Expect(Page.Locator(".standby")).ToBeVisibleAsync();
        await HideAsync(true);
        await Server.Cluster.Events.WhenListenersAsync(0);
        await Server.Jobs.Feed.WhenListenersAsync(0);
        Server.Jobs.Add("a lion");

        await HideAsync(false);

        await Expect(Connection).ToHaveTextAsync("Live");
        await Expect(Page).ToHaveTitleAsync("(1 queued) Cluster · OrleansDiffusion");
        await Server.Cluster.Events.WhenListenersAsync(1);
    }

    [Fact]
    public async Task A_hidden_page_goes_on_counting_while_something_is_in_work()
    {
        var job = Server.Jobs.Add("a lion");
        await OpenAsync("/cluster");
        await Expect(Page).ToHaveTitleAsync("(1 queued) Cluster · OrleansDiffusion");
        await HideAsync(true);
        await Server.Cluster.Events.WhenListenersAsync(0);

        job.Begin("steps");

        await Expect(Page).ToHaveTitleAsync("(1 running) Cluster · OrleansDiffusion");
    }

    private Task<System.Text.Json.JsonElement?> HideAsync(bool isHidden) => Page.EvaluateAsync(
        """
        hidden => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        isHidden);

    [Fact]
    public async Task Leaving_a_page_ends_its_streams()
    {
        var job = Server.Jobs.Add("a lion");
        job.Begin("steps");
        await OpenAsync("/jobs/job_000001");
        await Expect(Page.Locator(".live-headline")).ToHaveTextAsync("Step 0 of 25");
        await Page.GotoAsync($"{Server.Address}/#/cluster");
        await Expect(Page.Locator(".standby")).ToBeVisibleAsync();

        await Tab("Jobs").ClickAsync();
        await Expect(Page.Locator(".job-row")).ToHaveCountAsync(1);

        await job.Events.WhenListenersAsync(0);
        await Server.Cluster.Events.WhenListenersAsync(0);
        await Server.Jobs.Feed.WhenListenersAsync(1);
    }
}
