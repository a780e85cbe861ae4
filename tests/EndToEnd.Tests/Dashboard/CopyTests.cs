using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class CopyTests(BrowserHost browser) : DashboardTest(browser)
{
    private async Task<string> CopyAsync(string prompt, string what)
    {
        Server.Jobs.Add(prompt, TimeSpan.FromMinutes(1), body => body["seed"] = 7).Succeed();
        await Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await OpenAsync("/jobs/job_000001");
        await Page.Locator("summary", new() { HasText = "Copy as" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = what, Exact = true }).ClickAsync();
        await Expect(Page.Locator(".toast")).ToContainTextAsync("copied");
        return await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
    }

    [Fact]
    public async Task A_job_copies_as_a_curl_command_that_survives_the_shell()
    {
        var text = await CopyAsync("a lion's \"face\"", "curl");

        Assert.Equal(
            $$"""
            curl -sS {{Server.Address}}/v1/jobs \
              -H 'Content-Type: application/json' \
              -d '{"model":"emoji","prompt":"a lion'\''s \"face\"","width":64,"height":64,"steps":25,"guidance":5,"sampler":"ddim","seed":7,"format":"png"}'
            """,
            text);
    }

    [Fact]
    public async Task A_job_copies_as_code_for_the_client_library()
    {
        var text = await CopyAsync("a \"lion\"", "C#");

        Assert.Equal(
            """
            // builder.Services.AddDiffusionClient(); then take an IDiffusionClient client from the services.
            var result = await client.GenerateAsync(new GenerationRequest
            {
                Model = "emoji",
                Prompt = "a \"lion\"",
                Width = 64,
                Height = 64,
                Steps = 25,
                Guidance = 5,
                Sampler = "ddim",
                Seed = 7,
                Format = "png",
            });
            await File.WriteAllBytesAsync("picture.png", result.Pictures[0]);
            """,
            text);
    }

    [Fact]
    public async Task A_job_copies_as_JSON()
    {
        var text = await CopyAsync("a lion", "JSON");

        Assert.StartsWith("{\n  \"model\": \"emoji\",\n  \"prompt\": \"a lion\",", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_is_copied_by_pressing_it()
    {
        Server.Jobs.Add("a lion", TimeSpan.FromMinutes(1), body => body["seed"] = 4294967295).Succeed();
        await Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await OpenAsync("/jobs/job_000001");

        await Page.GetByTitle("Copy the seed").ClickAsync();

        await Expect(Page.Locator(".toast")).ToHaveTextAsync("Seed copied.");
        Assert.Equal("4294967295", await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
    }
}
