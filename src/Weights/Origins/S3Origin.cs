using System.Collections.Concurrent;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace OrleansDiffusion.Weights;

/// <summary>
/// A model below a prefix of a bucket, on any service that speaks S3. Every range after the first is asked for under the
/// ETag of the first.
/// </summary>
/// <param name="s3">Its lifetime, its endpoint and its credentials are the caller's.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="prefix">Of the model's files, such as models/sd15/; may be empty.</param>
/// <param name="options">How patient to be.</param>
/// <param name="time">For pauses and stalls.</param>
public sealed class S3Origin(IAmazonS3 s3, string bucket, string prefix, OriginOptions options, TimeProvider time) : IModelOrigin
{
    private const string NoSuchKey = "NoSuchKey";

    private readonly string _prefix = prefix.Length == 0 || prefix.EndsWith('/') ? prefix : prefix + "/";
    private readonly ResumingRead _reads = new(options, time);
    private readonly ConcurrentDictionary<string, string> _tags = new(StringComparer.Ordinal);

    public string Name => $"s3://{bucket}/{_prefix}";

    public Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation)
    {
        if (into.IsEmpty) return Task.CompletedTask;
        return _reads.Run(Name + path, into, (done, stop) => Open(path, offset + done, offset + into.Length - 1, stop), cancellation);
    }

    public Task<OriginFile?> Describe(string path, bool isNeeded, CancellationToken cancellation) =>
        _reads.Ask(Name + path, stop => Ask(path, isNeeded, stop), cancellation);

    /// <summary>An answer to HEAD has no body, and so no reason: a refusal is asked for again by a GET, which says it.</summary>
    private async Task<OriginFile?> Ask(string path, bool isNeeded, CancellationToken cancellation)
    {
        try
        {
            var head = await s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = _prefix + path }, cancellation);
            if (head.ETag is { Length: > 0 } seen && _tags.GetOrAdd(path, seen) != seen) throw Changed(path, inner: null);
            return new OriginFile(head.ContentLength, head.ETag is { Length: > 0 } tag ? tag : null);
        }
        catch (AmazonServiceException error) when (!isNeeded && (int)error.StatusCode is (403 or 404))
        {
            return null;
        }
        catch (AmazonServiceException error) when ((int)error.StatusCode is 400 or 403 or 404)
        {
            if (await Reason(path, cancellation) == NoSuchKey) return null;
            throw Refused(error);
        }
        catch (AmazonServiceException error)
        {
            throw Refused(error);
        }
        catch (AmazonClientException error)
        {
            throw Unasked(error);
        }
    }

    /// <summary>Null if it is given, though it was not described. A missing bucket is no missing file: that is thrown.</summary>
    private async Task<string?> Reason(string path, CancellationToken cancellation)
    {
        try
        {
            await using var body = await Open(path, 0, 0, cancellation);
            return null;
        }
        catch (HttpRequestException refused) when (refused.InnerException is AmazonServiceException { ErrorCode: NoSuchKey })
        {
            return NoSuchKey;
        }
    }

    /// <summary>No credentials, or no connection. What the SDK tells of credentials has several lines.</summary>
    private static HttpRequestException Unasked(AmazonClientException error) =>
        new(string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), error);

    private static HttpRequestException Refused(AmazonServiceException error) =>
        new($"the service answers {(int)error.StatusCode} {error.ErrorCode}.", error, Status(error));

    private async Task<Stream> Open(string path, long first, long last, CancellationToken cancellation)
    {
        var request = new GetObjectRequest { BucketName = bucket, Key = _prefix + path, ByteRange = new ByteRange(first, last) };
        if (_tags.TryGetValue(path, out var tag)) request.EtagToMatch = tag;
        try
        {
            var response = await s3.GetObjectAsync(request, cancellation);
            if (response.ETag is not { Length: > 0 } seen || _tags.GetOrAdd(path, seen) == seen) return new ResponseBody(response);
            response.Dispose();
            throw Changed(path, inner: null);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            throw Changed(path, error);
        }
        catch (AmazonServiceException error)
        {
            throw Refused(error);
        }
        catch (AmazonClientException error)
        {
            throw Unasked(error);
        }
    }

    private WeightsException Changed(string path, Exception? inner) =>
        new(WeightsError.OriginWrong, $"{Name}{path} cannot be read: it changed while it was read.", inner);

    /// <summary>Without an answer there is no status, and another try may help.</summary>
    private static HttpStatusCode? Status(AmazonServiceException error) => error.StatusCode == 0 ? null : error.StatusCode;

    private sealed class ResponseBody(GetObjectResponse response) : OneTimeStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            response.ResponseStream.ReadAsync(buffer, cancellationToken);

        protected override void End() => response.Dispose();
    }
}
