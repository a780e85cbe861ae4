using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

/// <summary>A pool's policy on the Cluster page: its words, and the form that changes it.</summary>
public sealed class PolicyTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator Form => Page.GetByRole(AriaRole.Form, new() { Name = "Policy of emoji" });

    private ILocator FormError => Form.GetByRole(AriaRole.Alert);

    private ILocator Input(string label) => Form.GetByLabel(label, new() { Exact = true });

    private ILocator ErrorOf(string label) => Form.Locator(".field").Filter(new() { Has = Page.GetByLabel(label, new() { Exact = true }) }).Locator(".field-error");

    private async Task OpenFormAsync()
    {
        await OpenAsync("/cluster");
        await Page.GetByText("Change the policy").ClickAsync();
        await Expect(Form).ToBeVisibleAsync();
    }

    private Task SaveAsync() => Form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

    [Fact]
    public async Task A_policy_is_said_in_words()
    {
        Server.Cluster.Policy["standby_lapses"] = true;
        Server.Cluster.Policy["needs"] = JsonNode.Parse("""{"provider": "cuda", "labels": {"gpu": "h100"}}""");
        Server.Cluster.Policy["schedules"] = JsonNode.Parse("""
            [{"days": ["workdays", "sunday"], "from": "09:00", "to": "18:00", "zone": "Europe/Berlin", "min": 4, "standby": 2},
            {"days": ["all"], "from": "00:00", "to": "06:00", "zone": "UTC", "min": null, "standby": 0}]
            """);

        await OpenAsync("/cluster");

        await Expect(Page.Locator(".policy")).ToHaveTextAsync(
            "min 1 · max 64 · step 1 · standby lapses · keep as its gaps justify, else up to 10 min · only cuda · gpu=h100 · "
            + "workdays, sunday 09:00–18:00 Europe/Berlin: min 4, standby 2 · all 00:00–06:00 UTC: standby 0");
    }

    [Fact]
    public async Task A_pool_that_keeps_to_the_fixed_time_says_so()
    {
        Server.Cluster.Policy["keep_alive_quantile"] = 0;

        await OpenAsync("/cluster");

        await Expect(Page.Locator(".policy")).ToHaveTextAsync("min 1 · max 64 · step 1 · keep 10 min");
    }

    [Fact]
    public async Task A_policy_goes_back_as_a_whole_with_what_was_changed()
    {
        Server.Cluster.Policy["wait_worth"] = 25.5;
        Server.Cluster.Policy["schedules"] = JsonNode.Parse("""
            [{"days": ["all"], "from": "00:00", "to": "06:00", "zone": "UTC", "min": null, "standby": 0}]
            """);
        var expected = Server.Cluster.Policy.DeepClone();
        await OpenFormAsync();
        await Input("Min").FillAsync("2");
        await Input("Max").FillAsync("8");
        await Input("Standby").FillAsync("");
        await Input("Weights ahead").FillAsync("3");
        await Input("Keep alive, seconds").FillAsync("90.5");
        await Input("Provider").SelectOptionAsync("cuda");
        await Input("Labels, one a line").FillAsync("gpu=h100\nzone = eu, 1 = west\n");

        await SaveAsync();

        await Expect(Page.Locator(".policy")).ToContainTextAsync("min 2 · max 8");
        await Expect(Form).ToBeHiddenAsync();
        (expected["min"], expected["max"], expected["standby"], expected["weights_standby"], expected["keep_alive_seconds"]) = (2, 8, null, 3, 90.5);
        expected["needs"] = JsonNode.Parse("""{"provider": "cuda", "labels": {"gpu": "h100", "zone": "eu, 1 = west"}}""");
        var (model, put) = Assert.Single(Server.PutPolicies);
        Assert.Equal("emoji", model);
        Assert.True(JsonNode.DeepEquals(expected, put), put.ToJsonString());
    }

    [Fact]
    public async Task Saved_unchanged_it_is_what_was_shown()
    {
        var expected = Server.Cluster.Policy.DeepClone();
        await OpenFormAsync();

        await SaveAsync();

        await Expect(Form).ToBeHiddenAsync();
        Assert.True(JsonNode.DeepEquals(expected, Assert.Single(Server.PutPolicies).Policy));
    }

    [Fact]
    public async Task Errors_stand_beside_their_fields_until_they_are_corrected()
    {
        await OpenFormAsync();
        await Input("Min").FillAsync("many");
        Server.NextRefusal = (400, MockRoutes.Refusal(
            "invalid_request", "Three fields.", ("min", "must be a whole number, not text."), ("needs.provider", "must be one of cpu, cuda."),
            ("needs.labels", "has the name \"a b\".")));

        await SaveAsync();

        await Expect(ErrorOf("Min")).ToHaveTextAsync("must be a whole number, not text.");
        await Expect(ErrorOf("Provider")).ToHaveTextAsync("must be one of cpu, cuda.");
        await Expect(ErrorOf("Labels, one a line")).ToHaveTextAsync("has the name \"a b\".");
        await Expect(FormError).ToBeHiddenAsync();
        await Expect(Input("Min")).ToBeFocusedAsync();
        Assert.Equal("many", Assert.Single(Server.PutPolicies).Policy["min"]!.GetValue<string>());

        await Input("Min").FillAsync("1");
        await Expect(ErrorOf("Min")).ToBeEmptyAsync();
        await Expect(ErrorOf("Provider")).Not.ToBeEmptyAsync();
    }

    [Fact]
    public async Task An_error_of_no_field_that_the_form_has_shows_below_it()
    {
        await OpenFormAsync();
        Server.NextRefusal = (400, MockRoutes.Refusal("invalid_request", "One field.", ("schedules[0].zone", "is no time zone.")));

        await SaveAsync();
        await Expect(FormError).ToHaveTextAsync("schedules[0].zone: is no time zone.");

        Server.NextRefusal = (403, MockRoutes.Refusal("forbidden", "Only administrators may do this."));
        await SaveAsync();
        await Expect(FormError).ToHaveTextAsync("Only administrators may do this.");
    }

    [Fact]
    public async Task What_is_no_label_is_said_before_anything_is_sent()
    {
        await OpenFormAsync();
        await Input("Labels, one a line").FillAsync("gpu=h100\neu");

        await SaveAsync();

        await Expect(ErrorOf("Labels, one a line")).ToHaveTextAsync("must each be name=value; \"eu\" is not.");
        Assert.Empty(Server.PutPolicies);
    }

    [Fact]
    public async Task What_is_being_written_stays_when_the_cluster_moves()
    {
        await OpenFormAsync();
        await Input("Max").FillAsync("7");

        Server.Cluster.QueuedCount = 17;
        Server.Cluster.Policy["wait_worth"] = 20;
        Server.Cluster.Tell();

        await Expect(Page.Locator(".figure").First).ToHaveTextAsync("Queued17");
        await Expect(Input("Max")).ToHaveValueAsync("7");
        await Expect(Input("Max")).ToBeFocusedAsync();
        await SaveAsync();
        await Expect(Form).ToBeHiddenAsync();
        Assert.Equal(20, Assert.Single(Server.PutPolicies).Policy["wait_worth"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_form_that_was_left_begins_anew()
    {
        await OpenFormAsync();
        await Input("Max").FillAsync("7");
        await Form.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(Form).ToBeHiddenAsync();

        await Page.GetByText("Change the policy").ClickAsync();

        await Expect(Input("Max")).ToHaveValueAsync("64");
        Assert.Empty(Server.PutPolicies);
    }
}
