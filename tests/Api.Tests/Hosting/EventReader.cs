using System.Text.Json;

namespace OrleansDiffusion.Api.Tests.Hosting;

/// <summary>Reads an event stream frame by frame, as it lies on the wire.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage response, StreamReader lines)
    {
        _response = response;
        _lines = lines;
    }

    public HttpResponseMessage Response => _response;

    public static async Task<EventReader> OpenAsync(HttpClient http, HttpRequestMessage message)
    {
        var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    public static Task<EventReader> OpenAsync(ApiHost api, string path) => OpenAsync(api.Http, new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>The lines of the next frame, or null at the end of the stream.</summary>
    public async Task<string[]?> NextAsync()
    {
        List<string> frame = [];
        while (await _lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Length == 0) return [.. frame];
            frame.Add(line);
        }

        return frame.Count == 0 ? null : throw new InvalidDataException("The stream ended in the middle of a frame.");
    }

    /// <summary>The next frame's event name and data.</summary>
    public async Task<(string Event, JsonElement Data)> NextEventAsync()
    {
        var frame = await NextAsync() ?? throw new InvalidDataException("The stream has ended.");
        return (Field(frame, "event"), JsonDocument.Parse(Field(frame, "data")).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        await Task.CompletedTask;
    }

    private static string Field(string[] frame, string name) => frame.Single(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))[(name.Length + 2)..];
}
