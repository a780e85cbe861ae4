using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

/// <summary>
/// Pictures of every page for people to look at, made on demand:
/// <c>OD_SCREENSHOT_DIR=shots dotnet OrleansDiffusion.EndToEnd.Tests.dll -explicit only -class "*Screenshots"</c>.
/// </summary>
public sealed class Screenshots(BrowserHost browser) : DashboardTest(browser)
{
    private static readonly string[] Prompts =
    [
        "a red apple", "a cat face", "a rocket on a purple background", "a blue butterfly", "a sunflower", "a robot",
        "a birthday cake with strawberries and four candles on a wooden table", "a green dragon", "a penguin", "a yellow car",
        "a castle", "a cactus", "a crown", "a snowman", "a ghost on a black background", "a gift box", "a rainbow", "a lion",
    ];

    private const string LoadEveryPicture = """
        async () => {
          const pictures = [...document.images].filter(image => image.src);
          for (const picture of pictures) picture.loading = 'eager';
          await Promise.all(pictures.map(picture => picture.decode().catch(() => null)));
        }
        """;

    [Fact(Explicit = true)]
    public async Task Every_page_in_every_dress()
    {
        Fill();
        await ShootAllAsync("light", 1280, 800, ColorScheme.Light);
        await ShootAllAsync("dark", 1280, 800, ColorScheme.Dark);
        await ShootAllAsync("phone", 390, 844, ColorScheme.Light);
        await ShootAllAsync("phone-dark", 390, 844, ColorScheme.Dark);
        await ShootAllAsync("small", 360, 640, ColorScheme.Light);
    }

    private async Task ShootAllAsync(string dress, int width, int height, ColorScheme scheme)
    {
        await Page.SetViewportSizeAsync(width, height);
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await OpenAsync();
        await ShootPlaygroundAsync(dress);
        await ShootAsync($"jobs-{dress}", "/jobs");
        await ShootAsync($"job-{dress}", "/jobs/job_000018");
        await ShootAsync($"job-failed-{dress}", "/jobs/job_000019");
        await ShootAsync($"gallery-{dress}", "/gallery");
        await ShootAsync($"lightbox-{dress}", "/gallery/job_000016/0");
        await ShootAsync($"cluster-{dress}", "/cluster");
    }

    private async Task ShootPlaygroundAsync(string dress)
    {
        var job = await GenerateAsync("a rocket on a purple background");
        job.Wait(2, 4.2, "the model is loading (40 %)");
        await Expect(Stage).ToContainTextAsync("the model is loading");
        await SaveAsync($"playground-queued-{dress}");
        job.Begin("load", 1.31);
        job.Begin("encode", 0.84);
        job.Begin("steps", 0.02);
        job.Step(14, 31.2, 0.4);
        job.Preview(0.35);
        await Expect(Stage.GetByAltText("Preview of the picture in work")).ToBeVisibleAsync();
        await SaveAsync($"playground-running-{dress}");
        job.Begin("decode", 0.79);
        job.Begin("store", 0.05);
        job.Succeed(0.008);
        await Expect(Stage).ToContainTextAsync("Succeeded");
        await SaveAsync($"playground-done-{dress}");
    }

    private async Task ShootAsync(string name, string hash)
    {
        await Page.GotoAsync($"{Server.Address}/#{hash}");
        if (hash == "/cluster") await TellClusterAsync();
        await SaveAsync(name);
    }

    private async Task SaveAsync(string name)
    {
        var folder = Environment.GetEnvironmentVariable("OD_SCREENSHOT_DIR") ?? Path.Combine(AppContext.BaseDirectory, "screenshots");
        await Page.WaitForLoadStateAsync(LoadState.Load);
        await Page.EvaluateAsync(LoadEveryPicture);
        await Page.ScreenshotAsync(new()
        {
            Path = Path.Combine(folder, $"{name}.png"),
            FullPage = Page.ViewportSize!.Width > 1000 && !name.StartsWith("lightbox", StringComparison.Ordinal),
            Animations = ScreenshotAnimations.Disabled,
        });
    }

    /// <summary>A minute of calls, so that the small charts have something to draw.</summary>
    private async Task TellClusterAsync()
    {
        await Expect(Page.Locator(".grains-table")).ToBeVisibleAsync();
        var random = new Random(7);
        for (var second = 0; second < 60; second++)
        {
            Server.Cluster.At = Server.Cluster.At.AddSeconds(1);
            Server.Cluster.SchedulerCalls += random.Next(5, 60);
            Server.Cluster.Tell();
        }

        await Expect(Page.Locator(".sparkline-line").First).ToHaveAttributeAsync("points", new Regex("^(\\S+ ){50}"));
    }

    private void Fill()
    {
        for (var index = 0; index < Prompts.Length; index++)
        {
            var job = Server.Jobs.Add(Prompts[index], TimeSpan.FromMinutes(140 - (index * 7.5)), body => Vary(body, index));
            RunToEnd(job);
        }

        Server.Jobs.Add("a photograph of a city at night, seen from a plane", TimeSpan.FromMinutes(3)).Fail(
            "does_not_fit", "A 1536 × 1536 picture needs 9.1 GiB and no device has more than 8 GiB.");
        Server.Jobs.Add("a mistake", TimeSpan.FromMinutes(2)).Cancel();
        var running = Server.Jobs.Add("a unicorn", TimeSpan.FromSeconds(20), body => body["count"] = 4);
        running.Begin("encode", 1.2);
        running.Begin("steps", 0.02);
        running.Step(9, 30.4, 2.9, image: 1);
        Server.Jobs.Add("a dolphin", TimeSpan.FromSeconds(12)).Wait(1, 3.4);
        Server.Jobs.Add("a tent under stars", TimeSpan.FromSeconds(8)).Wait(2, 4.6, "all replicas are busy");
        (Server.Cluster.StandbyCount, Server.Cluster.DeficitReason, Server.Cluster.DeficitSeconds) = (0, "a replica is loading on silo-b/cuda0", 2.4);
        (Server.Cluster.IsSecondReplicaLoading, Server.Cluster.ActiveJobs, Server.Cluster.QueuedCount) = (true, [running.Id], 2);
    }

    private static void Vary(JsonObject body, int index)
    {
        if (index % 6 == 5) body["count"] = 3;
        if (index % 5 == 3) body["negative_prompt"] = "text, frame";
    }

    private static void RunToEnd(MockJob job)
    {
        if (job.Prompt.Length > 60) job.Warnings = ["The prompt has 35 tokens and the model reads 32: its end was left out."];
        job.Begin("load", 0.02);
        job.Begin("encode", 0.61);
        job.Begin("steps", 0.013);
        job.Begin("decode", 0.31);
        job.Begin("store", 0.021);
        job.Succeed(0.006);
    }
}
