using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class ClusterTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator Standby => Page.Locator(".standby");

    private ILocator Card(string title) =>
        Page.Locator(".card-grid .card").Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true }) });

    private ILocator Grain(string type) =>
        Page.Locator(".grains-table tr").Filter(new() { Has = Page.GetByRole(AriaRole.Rowheader, new() { Name = type, Exact = true }) });

    [Fact]
    public async Task A_pool_shows_its_standby_against_its_target()
    {
        await OpenAsync("/cluster");

        await Expect(Standby).ToHaveTextAsync("Standby1 of 1");
        await Expect(Standby.Locator("[data-slot=filled]")).ToHaveCountAsync(1);
        await Expect(Standby).Not.ToHaveClassAsync(new Regex("is-short"));
    }

    [Fact]
    public async Task A_deficit_is_amber_and_says_its_reason_and_its_age()
    {
        await OpenAsync("/cluster");
        await Expect(Standby).ToBeVisibleAsync();

        (Server.Cluster.StandbyCount, Server.Cluster.DeficitReason, Server.Cluster.DeficitSeconds) = (0, "no device has room", 12.4);
        Server.Cluster.Tell();

        await Expect(Standby).ToHaveTextAsync("Standby0 of 1no device has room, for 12.4 s");
        await Expect(Standby.Locator("[data-slot=missing]")).ToHaveCountAsync(1);
        await Expect(Standby).ToHaveClassAsync(new Regex("is-short"));
        await Expect(Page.Locator(".tile-value.is-amber")).ToHaveTextAsync("1 missing");
    }

    [Fact]
    public async Task A_replica_on_its_way_shows_how_far_it_is_and_what_it_does()
    {
        Server.Cluster.IsSecondReplicaLoading = true;

        await OpenAsync("/cluster");

        var replica = Card("emoji").Locator(".replica").Nth(1);
        await Expect(replica.Locator(".badge")).ToHaveTextAsync("Loading");
        await Expect(replica.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", "60");
        await Expect(replica).ToContainTextAsync("creating the session of the unet");
    }

    [Fact]
    public async Task A_busy_replica_links_to_its_job()
    {
        Server.Jobs.Add("a lion").Begin("steps");
        Server.Cluster.ActiveJobs = ["job_000001"];
        await OpenAsync("/cluster");
        await Expect(Card("emoji").Locator(".badge").First).ToHaveTextAsync("Busy");

        await Card("emoji").Locator(".replica-jobs a").ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("a lion");
    }

    [Fact]
    public async Task An_opened_load_stays_open_when_the_cluster_moves()
    {
        await OpenAsync("/cluster");
        await Card("emoji").Locator("summary").First.ClickAsync();
        await Expect(Card("emoji").Locator(".waterfall-row:visible")).ToHaveTextAsync(["Order20 ms", "Text encoder110 ms", "UNet430 ms", "Warm up280 ms"]);

        Server.Cluster.QueuedCount = 17;
        Server.Cluster.Tell();

        await Expect(Card("emoji").Locator(".figure").First).ToHaveTextAsync("Queued17");
        await Expect(Card("emoji").Locator(".waterfall-row").First).ToBeVisibleAsync();
        await Expect(Card("emoji").Locator("summary").First).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_device_shows_its_memory_and_whether_it_is_busy()
    {
        Server.Cluster.ActiveJobs = ["job_000001"];

        await OpenAsync("/cluster");

        var device = Card("studio-1").Locator(".device");
        await Expect(device.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", "busy");
        await Expect(device.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuetext", "180 MiB of 8.0 GiB");
        await Expect(Card("studio-2").GetByRole(AriaRole.Meter)).ToHaveClassAsync("meter is-full");
        await Expect(device.Locator(".label")).ToHaveTextAsync(["emoji", "zone=north", "pool=stable"]);
    }

    [Fact]
    public async Task A_draining_silo_says_so()
    {
        await OpenAsync("/cluster");
        await Expect(Card("studio-2").Locator(".badge")).ToHaveTextAsync("Serving");

        Server.Cluster.IsDraining = true;
        Server.Cluster.Tell();

        await Expect(Card("studio-2").Locator(".badge")).ToHaveTextAsync("Draining");
    }

    [Fact]
    public async Task Grains_show_their_counters_and_their_calls_a_second()
    {
        await OpenAsync("/cluster");
        await Expect(Grain("Model")).ToHaveTextAsync("Model261121.90 ms24.5 ms0");

        Server.Cluster.At = Server.Cluster.At.AddSeconds(2);
        Server.Cluster.SchedulerCalls += 90;
        Server.Cluster.Tell();

        await Expect(Grain("Scheduler").Locator(".rate")).ToHaveTextAsync("45");
        await Expect(Grain("Scheduler").Locator("td").Nth(1)).ToHaveTextAsync("8210");
    }
}
