using System.Net.Http.Json;
using System.Text.Json;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>Calls of the REST API. Whatever goes wrong on the way or at the server becomes a <see cref="DiffusionException"/>.</summary>
internal sealed class HttpCalls(HttpClient http)
{
    public static HttpRequestMessage Json<T>(HttpMethod method, string path, T body) =>
        new(method, path) { Content = JsonContent.Create(body, options: WireJson.Options) };

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        return await ReadAsync<T>(message, cancellation);
    }

    /// <summary>Null when the server knows no such job.</summary>
    public async Task<T?> FindAsync<T>(string path, CancellationToken cancellation) where T : class
    {
        try
        {
            return await GetAsync<T>(path, cancellation);
        }
        catch (DiffusionException refused) when (refused.Refusal.Code == ErrorCode.JobNotFound)
        {
            return null;
        }
    }

    public async Task<T> ReadAsync<T>(HttpRequestMessage message, CancellationToken cancellation)
    {
        using var response = await SendAsync(message, cancellation);
        return await Guarded(async () => await response.Content.ReadFromJsonAsync<T>(WireJson.Options, cancellation)
            ?? throw new JsonException("The answer was null."));
    }

    public Task<byte[]> BytesAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        Guarded(() => response.Content.ReadAsByteArrayAsync(cancellation));

    /// <summary>An answer that says yes, with its body still to come.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        var response = await Guarded(() => http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation));
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            var text = await Guarded(() => response.Content.ReadAsStringAsync(cancellation));
            throw new DiffusionException(HttpRefusal.From(response, text));
        }
    }

    private async Task<T> Guarded<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            throw new DiffusionException(new Refusal(ErrorCode.NotReady, $"{http.BaseAddress} does not answer: {lost.Message}"), lost);
        }
        catch (OperationCanceledException late) when (late.InnerException is TimeoutException)
        {
            throw new DiffusionException(new Refusal(ErrorCode.Timeout, $"{http.BaseAddress} does not answer within {http.Timeout.TotalSeconds:0} s."), late);
        }
        catch (JsonException garbled)
        {
            throw new DiffusionException(
                new Refusal(ErrorCode.Internal, $"{http.BaseAddress} answered with something else than this client knows: {garbled.Message}"), garbled);
        }
    }
}
