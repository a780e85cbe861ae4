using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>
/// Reads server-sent events to their end, over as many connections as it takes: the server begins each one with the
/// whole current state, so nothing that matters is lost between them.
/// </summary>
internal sealed class HttpWatch(HttpCalls calls, TimeProvider time, string path)
{
    /// <summary>Connections in a row that brought no event, before giving up.</summary>
    public const int FruitlessConnectionCountMax = 8;

    /// <summary>Three missed keepalives.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private int _fruitless;
    private DiffusionException? _lost;

    /// <exception cref="DiffusionException">The server refuses, or cannot be reached any more.</exception>
    public async IAsyncEnumerable<T> ReadAsync<T>(Func<T, bool> isLast, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            await foreach (var body in ConnectionAsync<T>(cancellation))
            {
                _fruitless = 0;
                yield return body;
                if (isLast(body)) yield break;
            }

            await PauseAsync(cancellation);
        }
    }

    /// <summary>One connection's events. It ends quietly when the connection does; the next one may do better.</summary>
    private async IAsyncEnumerable<T> ConnectionAsync<T>([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await TryAsync(() => OpenAsync(cancellation));
        if (response is null) yield break;
        await using var stream = new StallGuard(await response.Content.ReadAsStreamAsync(cancellation), time, StallTimeout);
        await using var events = SseParser.Create(stream).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
        while (await TryAsync(async () => await events.MoveNextAsync() ? events.Current.Data : null) is { } data)
        {
            if (events.Current.EventType == "error") throw new DiffusionException(Parse<ProblemBody>(data).ToRefusal());
            yield return Parse<T>(data);
        }
    }

    private async Task<HttpResponseMessage?> OpenAsync(CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Accept.ParseAdd("text/event-stream");
        return await calls.SendAsync(message, cancellation);
    }

    /// <summary>Null when the connection is lost or the server asks to come back later; what is final goes up.</summary>
    private async Task<T?> TryAsync<T>(Func<Task<T?>> read) where T : class
    {
        try
        {
            return await read();
        }
        catch (DiffusionException refused) when (ErrorTable.Of(refused.Refusal.Code).RetryHelps)
        {
            _lost = refused;
        }
        catch (Exception lost) when (lost is IOException or HttpRequestException)
        {
            _lost = new DiffusionException(new Refusal(ErrorCode.NotReady, $"The connection was lost: {lost.Message}"), lost);
        }

        return null;
    }

    private Task PauseAsync(CancellationToken cancellation)
    {
        if (++_fruitless >= FruitlessConnectionCountMax)
            throw _lost ?? new DiffusionException(new Refusal(ErrorCode.NotReady, "The server ends every connection before its last event."));
        var pause = FirstPause * Math.Pow(2, _fruitless - 1);
        return Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellation);
    }

    private static T Parse<T>(string data)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(data, WireJson.Options) ?? throw new JsonException("The event was null.");
        }
        catch (JsonException garbled)
        {
            throw new DiffusionException(new Refusal(ErrorCode.Internal, $"An event that this client does not know: {garbled.Message}"), garbled);
        }
    }
}
