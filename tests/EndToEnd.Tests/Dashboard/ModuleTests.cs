namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

/// <summary>The page's pure modules, run where they run: in the browser.</summary>
public sealed class ModuleTests(BrowserHost browser) : DashboardTest(browser)
{
    private async Task<T> RunAsync<T>(string module, string expression)
    {
        await OpenAsync();
        return await Page.EvaluateAsync<T>($"async () => {{ const m = await import('/js/{module}'); return {expression}; }}");
    }

    [Theory]
    [InlineData("event: step\ndata: {}\n\n", "step|{}")]
    [InlineData("data: a\ndata: b\n\n", "message|a\nb")]
    [InlineData(": keepalive\n\n", "")]
    [InlineData("event: x\r\ndata:tight\r\n\r\n", "x|tight")]
    [InlineData("event: lost\n\ndata: 1\n\n", "message|1")]
    [InlineData("data: half", "")]
    public async Task Server_sent_events_are_read_however_they_are_cut(string text, string expected)
    {
        var script = $$"""
            [...Array({{text.Length}} + 1).keys()].map(cut => {
              const parser = new m.EventStreamParser();
              const text = {{System.Text.Json.JsonSerializer.Serialize(text)}};
              return [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))].map(e => `${e.event}|${e.data}`).join(';');
            })
            """;

        var results = await RunAsync<string[]>("api/sse.js", script);

        Assert.All(results, result => Assert.Equal(expected, result));
    }

    [Theory]
    [InlineData("formatSeconds(0.0134)", "13 ms")]
    [InlineData("formatSeconds(0.9996)", "1.00 s")]
    [InlineData("formatSeconds(9.996)", "10.0 s")]
    [InlineData("formatSeconds(60)", "1 min")]
    [InlineData("formatSeconds(3725)", "1 h 2 min")]
    [InlineData("formatSeconds(null)", "–")]
    [InlineData("formatEta(0.4)", "under 1 s")]
    [InlineData("formatEta(61)", "about 2 min")]
    [InlineData("formatRate(31.24)", "31.2 it/s")]
    [InlineData("formatRate(0.4)", "2.5 s/it")]
    [InlineData("formatBytes(1536)", "1.5 KiB")]
    [InlineData("formatBytes(188743680)", "180 MiB")]
    [InlineData("formatCount(9999)", "9999")]
    [InlineData("formatCount(15402)", "15.4k")]
    [InlineData("humanise('queue_full')", "Queue full")]
    [InlineData("formatAge('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:59:59Z'))", "59 min ago")]
    public async Task Numbers_are_written_as_people_say_them(string call, string expected) =>
        Assert.Equal(expected, await RunAsync<string>("format.js", $"m.{call}"));

    [Fact]
    public async Task Sizes_obey_the_models_bounds_and_multiple()
    {
        const string facts = "{ side_multiple: 8, side_min: 32, side_max: 96, default_width: 64, default_height: 64 }";

        var sizes = await RunAsync<string>("pages/playground/sizes.js", $"m.sizesOf({facts}).map(s => s.join('x')).join(' ')");

        Assert.Equal("64x64 32x32 48x48 80x80 96x96 56x72 56x80 72x56 80x56 88x48", sizes);
    }

    [Fact]
    public async Task A_counter_that_starts_anew_counts_as_no_calls()
    {
        var rates = await RunAsync<double[]>("live/call-history.js", """
            (() => {
              const history = new m.CallHistory();
              history.add(0, [{ type: 'Job', calls: 100 }]);
              history.add(2000, [{ type: 'Job', calls: 140 }]);
              history.add(3000, [{ type: 'Job', calls: 5 }]);
              return history.rates('Job').map(rate => rate.perSecond);
            })()
            """);

        Assert.Equal([20.0, 0.0], rates);
    }

    [Fact]
    public async Task Only_the_last_minute_of_calls_is_kept()
    {
        var count = await RunAsync<int>("live/call-history.js", """
            (() => {
              const history = new m.CallHistory();
              for (let second = 0; second <= 200; second += 1) history.add(second * 1000, [{ type: 'Job', calls: second }]);
              return history.rates('Job').length;
            })()
            """);

        Assert.Equal(60, count);
    }
}
