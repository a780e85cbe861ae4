using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace OrleansDiffusion.Weights;

/// <summary>
/// A model below a web address, read in ranges. Every range after the first is asked for under the ETag of the first, so
/// that two versions of a file are never mixed. A server without ranges works too: see <see cref="WholeFileReads"/>.
/// </summary>
/// <param name="http">Its lifetime is the caller's; its timeout should be infinite, stalls are found here.</param>
/// <param name="address">Of the model's folder, such as https://host/models/sd15/.</param>
/// <param name="options">How patient to be.</param>
/// <param name="time">For pauses and stalls.</param>
public sealed class HttpOrigin(HttpClient http, Uri address, OriginOptions options, TimeProvider time) : IWeightsOrigin, IDisposable
{
    private readonly Uri _folder = new(address.AbsoluteUri.TrimEnd('/') + "/");
    private readonly ResumingRead _reads = new(options, time);
    private readonly ConcurrentDictionary<string, EntityTagHeaderValue> _tags = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WholeFileReads> _whole = new(StringComparer.Ordinal);

    public string Name => _folder.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation)
    {
        if (into.IsEmpty) return Task.CompletedTask;
        return _reads.Run(Name + path, into, (done, stop) => Open(path, offset + done, into.Length - done, stop), cancellation);
    }

    public void Dispose()
    {
        foreach (var whole in _whole.Values) whole.Dispose();
    }

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
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_folder, string.Join('/', path.Split('/').Select(Uri.EscapeDataString))));
        request.Headers.Range = range;
        if (range is not null && _tags.TryGetValue(path, out var tag)) request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw new HttpRequestException($"the server answers {(int)response.StatusCode}.", null, response.StatusCode);
    }

    /// <summary>Weak tags say nothing about bytes.</summary>
    private void CheckTag(string path, HttpResponseMessage response)
    {
        if (response.Headers.ETag is not { IsWeak: false } tag) return;
        if (!_tags.GetOrAdd(path, tag).Equals(tag)) throw Wrong(path, "it changed while it was read.");
    }

    private WeightsException Wrong(string path, string why) => new(WeightsError.OriginWrong, $"{Name}{path} cannot be read: {why}");
}
