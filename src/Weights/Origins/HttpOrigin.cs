using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace OrleansDiffusion.Weights;

/// <summary>
/// A model below a web address, read in ranges. Every range after the first is asked for under the ETag of the first, so
/// that two versions of a file are never mixed. A server without ranges works too: see <see cref="WholeFileReads"/>.
/// </summary>
/// <param name="http">As of <see cref="NewClient"/>: stalls are found and redirections judged here. Its lifetime is the caller's.</param>
/// <param name="address">Of the model's folder, such as https://host/models/sd15/.</param>
/// <param name="options">How patient to be.</param>
/// <param name="time">For pauses and stalls.</param>
/// <param name="authorization">The Authorization header for a place; asked anew wherever the server leads. Null: none.</param>
public sealed class HttpOrigin(
    HttpClient http, Uri address, OriginOptions options, TimeProvider time, Func<Uri, string?>? authorization = null) : IModelOrigin, IDisposable
{
    private const int RedirectCountMax = 10;

    private readonly Uri _folder = new(address.AbsoluteUri.TrimEnd('/') + "/");
    private readonly ResumingRead _reads = new(options, time);
    private readonly ConcurrentDictionary<string, EntityTagHeaderValue> _tags = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WholeFileReads> _whole = new(StringComparer.Ordinal);

    /// <summary>For any number of origins.</summary>
    public static HttpClient NewClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public string Name => _folder.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation)
    {
        if (into.IsEmpty) return Task.CompletedTask;
        return _reads.Run(Name + path, into, (done, stop) => Open(path, offset + done, into.Length - done, stop), cancellation);
    }

    public Task<OriginFile?> Describe(string path, bool isNeeded, CancellationToken cancellation) =>
        _reads.Ask(Name + path, stop => Ask(path, isNeeded, stop), cancellation);

    public void Dispose()
    {
        foreach (var whole in _whole.Values) whole.Dispose();
    }

    /// <summary>Servers that know no HEAD, or sign addresses for GET alone, are asked by a GET of which only the head is read.</summary>
    private async Task<OriginFile?> Ask(string path, bool isNeeded, CancellationToken cancellation)
    {
        using var head = await Send(HttpMethod.Head, path, null, cancellation);
        if (head.IsSuccessStatusCode || IsAbsent(head, isNeeded)) return Described(path, head);
        using var get = await Send(HttpMethod.Get, path, null, cancellation);
        return get.IsSuccessStatusCode || IsAbsent(get, isNeeded) ? Described(path, get) : throw Refused(get);
    }

    private OriginFile? Described(string path, HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode) return null;
        CheckTag(path, response);
        var tag = response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : response.Content.Headers.LastModified?.ToString("O");
        return new OriginFile(response.Content.Headers.ContentLength, tag);
    }

    private static bool IsAbsent(HttpResponseMessage response, bool isNeeded) => response.StatusCode switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => true,
        HttpStatusCode.Forbidden => !isNeeded && response.RequestMessage?.Method == HttpMethod.Get,
        _ => false,
    };

    private async Task<Stream> Open(string path, long offset, int length, CancellationToken cancellation)
    {
        if (_whole.TryGetValue(path, out var known)) return await known.From(offset, stop => Answer(path, null, stop), cancellation);
        var response = await Answer(path, new RangeHeaderValue(offset, offset + length - 1), cancellation);
        try
        {
            return await Content(path, offset, response, cancellation);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<Stream> Content(string path, long offset, HttpResponseMessage response, CancellationToken cancellation)
    {
        CheckTag(path, response);
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            if (response.Content.Headers.ContentRange?.From != offset) throw Wrong(path, "the server sent another range than it was asked for.");
            return await response.Content.ReadAsStreamAsync(cancellation);
        }

        var whole = _whole.GetOrAdd(path, _ => new WholeFileReads());
        var isTaken = false;
        var stream = await whole.From(offset, _ => Task.FromResult(Take()), cancellation);
        if (!isTaken) response.Dispose(); // A connection that stood before the place was there already.
        return stream;

        HttpResponseMessage Take()
        {
            isTaken = true;
            return response;
        }
    }

    private async Task<HttpResponseMessage> Answer(string path, RangeHeaderValue? range, CancellationToken cancellation)
    {
        var response = await Send(HttpMethod.Get, path, range, cancellation);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw Refused(response);
    }

    /// <summary>Follows where the server leads, but only within the web, and never out of a secure connection.</summary>
    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, RangeHeaderValue? range, CancellationToken cancellation)
    {
        var place = new Uri(_folder, string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, place);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity")); // Ranges and lengths are of the file itself.
            if (authorization?.Invoke(place) is { } secret) request.Headers.TryAddWithoutValidation("Authorization", secret);
            request.Headers.Range = range;
            if (range is not null && _tags.TryGetValue(path, out var tag)) request.Headers.IfRange = new RangeConditionHeaderValue(tag);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (redirects == RedirectCountMax || Next(place, response) is not { } next) return response;
            response.Dispose();
            place = next;
        }
    }

    private static Uri? Next(Uri place, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return null;
        var next = new Uri(place, location);
        return next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && place.Scheme == Uri.UriSchemeHttp) ? next : null;
    }

    private static HttpRequestException Refused(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var advice = status switch
        {
            401 or 403 or 407 => " It asks for credentials, or forbids this address.",
            >= 300 and < 400 => " It leads to a place that is not followed: only http and https are, and never from https to http.",
            _ => "",
        };
        return new HttpRequestException($"the server answers {status}.{advice}", null, response.StatusCode);
    }

    /// <summary>Weak tags say nothing about bytes.</summary>
    private void CheckTag(string path, HttpResponseMessage response)
    {
        if (response.Headers.ETag is not { IsWeak: false } tag) return;
        if (!_tags.GetOrAdd(path, tag).Equals(tag)) throw Wrong(path, "it changed while it was read.");
    }

    private WeightsException Wrong(string path, string why) => new(WeightsError.OriginWrong, $"{Name}{path} cannot be read: {why}");
}
