using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class KeyTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog, new() { Name = "API key" });

    private async Task OpenLockedAsync(string hash = "/")
    {
        Server.ApiKey = "od_secret";
        await Page.GotoAsync($"{Server.Address}/#{hash}");
        await Expect(Dialog).ToContainTextAsync("This server needs an API key.");
    }

    private async Task GiveKeyAsync(string key)
    {
        await Dialog.GetByLabel("Key", new() { Exact = true }).FillAsync(key);
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Use this key" }).ClickAsync();
    }

    [Fact]
    public async Task A_server_that_wants_a_key_is_given_one()
    {
        await OpenLockedAsync();

        await GiveKeyAsync("od_secret");

        await Expect(Connection).ToHaveTextAsync("Live");
        await Expect(Dialog).ToBeHiddenAsync();
        await Expect(Page.GetByLabel("Model")).ToHaveValueAsync("emoji");
    }

    [Fact]
    public async Task A_wrong_key_is_asked_for_again()
    {
        await OpenLockedAsync();

        await GiveKeyAsync("od_wrong");
        await Expect(Dialog).ToContainTextAsync("The server does not accept this key.");
        await GiveKeyAsync("od_secret");

        await Expect(Connection).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task Pictures_are_fetched_with_the_key()
    {
        Server.Jobs.Add("a lion").Succeed();
        await OpenLockedAsync("/gallery");

        await GiveKeyAsync("od_secret");

        await Expect(Page.Locator(".tile img")).ToHaveJSPropertyAsync("naturalWidth", 64);
    }

    [Fact]
    public async Task The_key_is_remembered()
    {
        await OpenLockedAsync();
        await GiveKeyAsync("od_secret");
        await Expect(Connection).ToHaveTextAsync("Live");

        await Page.ReloadAsync();

        await Expect(Connection).ToHaveTextAsync("Live");
        await Expect(Dialog).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Without_a_key_the_page_stays_locked_and_says_how_to_go_on()
    {
        await OpenLockedAsync();

        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(Connection).ToHaveTextAsync("Locked");
        await Expect(Page.Locator("#banner")).ToHaveTextAsync("This server needs an API key: use the key button above.");
        await Page.GetByRole(AriaRole.Button, new() { Name = "API key (none)" }).ClickAsync();
        await GiveKeyAsync("od_secret");
        await Expect(Connection).ToHaveTextAsync("Live");
        await Expect(Page.GetByLabel("Model")).ToHaveValueAsync("emoji");
    }

    [Fact]
    public async Task A_key_can_be_forgotten()
    {
        await OpenLockedAsync();
        await GiveKeyAsync("od_secret");
        await Expect(Connection).ToHaveTextAsync("Live");
        await Page.GetByRole(AriaRole.Button, new() { Name = "API key (set)" }).ClickAsync();

        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Forget key" }).ClickAsync();
        await Page.ReloadAsync();

        await Expect(Dialog).ToContainTextAsync("This server needs an API key.");
    }
}
