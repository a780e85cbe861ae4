using Microsoft.Playwright;
using OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class RefusalTests(BrowserHost browser) : DashboardTest(browser)
{
    private ILocator FormError => Page.Locator(".form-error");

    [Fact]
    public async Task Every_wrong_field_says_what_is_wrong_with_it()
    {
        await OpenAsync();
        Server.NextRefusal = (422, MockRoutes.Refusal(
            "invalid_request", "Three fields.", ("prompt", "must not be empty"), ("steps", "1 to 150"), ("width", "a multiple of 8")));

        await Button("Generate").ClickAsync();

        await Expect(Page.Locator("#prompt-error")).ToHaveTextAsync("must not be empty");
        await Expect(Page.Locator("#steps-error")).ToHaveTextAsync("1 to 150");
        await Expect(Page.Locator("#size-error")).ToHaveTextAsync("a multiple of 8");
        await Expect(Page.GetByLabel("Prompt", new() { Exact = true })).ToBeFocusedAsync();
        await Expect(Page.GetByLabel("Prompt", new() { Exact = true })).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(FormError).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_corrected_field_loses_its_error()
    {
        await OpenAsync();
        Server.NextRefusal = (422, MockRoutes.Refusal("invalid_request", "One field.", ("prompt", "must not be empty")));
        await Button("Generate").ClickAsync();
        await Expect(Page.Locator("#prompt-error")).ToHaveTextAsync("must not be empty");

        await Page.GetByLabel("Prompt", new() { Exact = true }).FillAsync("a lion");

        await Expect(Page.Locator("#prompt-error")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task An_error_of_no_field_that_the_form_has_shows_below_it()
    {
        await OpenAsync();
        Server.NextRefusal = (422, MockRoutes.Refusal("invalid_request", "previews: 0 to 4", ("previews", "0 to 4")));

        await Button("Generate").ClickAsync();

        await Expect(FormError).ToHaveTextAsync("previews: 0 to 4");
    }

    [Fact]
    public async Task A_full_queue_says_when_to_try_again()
    {
        await OpenAsync();
        Server.NextRefusal = (429, new { Title = "Queue full", Detail = "1000 jobs wait already.", Code = "queue_full", RetryAfterSeconds = 12 });

        await Button("Generate").ClickAsync();

        await Expect(FormError).ToHaveTextAsync("1000 jobs wait already. Try again in 12 s.");
    }

    [Fact]
    public async Task A_submission_whose_answer_was_lost_is_not_made_twice()
    {
        await OpenAsync();
        await Page.GetByLabel("Prompt", new() { Exact = true }).FillAsync("a lion");
        Server.LosesAnswers = true;
        await Button("Generate").ClickAsync();
        await Expect(FormError).ToHaveTextAsync("The server does not answer. Nothing is lost: press Generate again when it is back.");

        Server.LosesAnswers = false;
        await Button("Generate").ClickAsync();

        await Expect(FormError).ToBeHiddenAsync();
        await Expect(Stage.Locator(".stage-prompt")).ToHaveTextAsync("a lion");
        Assert.Equal(1, Server.Jobs.Count);
    }

    [Fact]
    public async Task A_failed_job_says_why_and_can_be_tried_again()
    {
        await OpenAsync();
        var job = await GenerateAsync("a lion");
        job.Begin("steps");

        job.Fail("device_failed", "The device ran out of memory.");
        await Expect(Stage.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Device failedThe device ran out of memory.");
        await Button("Try again").ClickAsync();

        var again = await Server.Jobs.NextSubmissionAsync();
        Assert.Equal("a lion", again.Prompt);
        Assert.Equal(job.Seed, again.Body["seed"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_warning_stands_beside_the_result()
    {
        await OpenAsync();
        var job = await GenerateAsync("a lion");
        job.Warnings = ["The prompt was cut after 32 tokens."];

        job.Succeed();

        await Expect(Stage.Locator(".note-warning")).ToHaveTextAsync("The prompt was cut after 32 tokens.");
    }
}
