using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansDiffusion.Cli.Tests;

/// <summary>A running `od serve` on a free port, and its API.</summary>
internal sealed partial class OdServer : IDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(1);

    private OdServer(OdProcess process, Uri address)
    {
        Process = process;
        Http = new HttpClient { BaseAddress = address };
    }

    public OdProcess Process { get; }

    public HttpClient Http { get; }

    public static async Task<OdServer> Start(string dataFolder, params string[] more)
    {
        var process = OdProcess.Start(dataFolder, ["serve", "--port", "0", .. more]);
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.LineWritten += line =>
        {
            if (Address().Match(line) is { Success: true } match) address.TrySetResult(new Uri(match.Value));
        };
        if (Address().Match(process.Output) is { Success: true } early) address.TrySetResult(new Uri(early.Value));
        try
        {
            return new OdServer(process, await address.Task.WaitAsync(StartMax));
        }
        catch (TimeoutException)
        {
            process.Dispose();
            throw new TimeoutException($"od serve named no address within {StartMax}.\n{process.Output}\n{process.Errors}");
        }
    }

    public async Task<JsonObject> Submit(object request)
    {
        using var answer = await Http.PostAsJsonAsync("/v1/jobs", request);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!.AsObject();
    }

    public async Task<JsonObject> Job(string id) => (await Http.GetFromJsonAsync<JsonObject>($"/v1/jobs/{id}"))!;

    /// <summary>Reads the job's events until one satisfies the condition, or until the last.</summary>
    public async Task<JsonObject> WaitFor(string id, Func<JsonObject, bool> isReached)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var events = await Http.GetStreamAsync($"/v1/jobs/{id}/events", deadline.Token);
        JsonObject? last = null;
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(events).EnumerateAsync(deadline.Token))
        {
            last = JsonNode.Parse(item.Data)!.AsObject();
            if (isReached(last)) return last;
        }

        Assert.Fail($"The events ended before that happened; the last was {last}");
        return last!;
    }

    public async Task<JsonObject> WaitForEnd(string id)
    {
        var done = await WaitFor(id, happened => (string?)happened["kind"] == "done" || IsFinal((string?)happened["status"]));
        return (string?)done["kind"] == "done" ? done["job"]!.AsObject() : await Job(id);
    }

    public void Dispose()
    {
        Http.Dispose();
        Process.Dispose();
    }

    private static bool IsFinal(string? status) => status is "succeeded" or "failed" or "cancelled";

    [GeneratedRegex(@"http://[0-9.]+:[0-9]+")]
    private static partial Regex Address();
}
