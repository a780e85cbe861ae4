using System.Net;
using Polly;
using Polly.Retry;

namespace OrleansDiffusion.Weights;

/// <summary>
/// A read over a network that goes on where it broke off, with growing pauses. A refusal that a repetition cannot change
/// (not found, forbidden, changed meanwhile) ends it at once.
/// </summary>
internal sealed class ResumingRead
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    private readonly ResiliencePipeline _retries;
    private readonly TimeSpan _stallTimeout;
    private readonly TimeProvider _time;

    public ResumingRead(OriginOptions options, TimeProvider time)
    {
        (_stallTimeout, _time) = (options.StallTimeout, time);
        var retries = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.RetryCountMax > 0) retries.AddRetry(Retries(options));
        _retries = retries.Build();
    }

    /// <param name="what">The file as people know it, for messages.</param>
    /// <param name="into">Filled from the start.</param>
    /// <param name="read">Opens the source this many bytes further on.</param>
    /// <param name="cancellation">Ends it without a message.</param>
    public async Task Run(string what, Memory<byte> into, Func<int, CancellationToken, Task<Stream>> read, CancellationToken cancellation)
    {
        var done = 0;
        try
        {
            await _retries.ExecuteAsync(async stop => await Attempt(into, done, read, count => done = count, stop), cancellation);
        }
        catch (Exception error) when (IsTransient(error, cancellation) || error is HttpRequestException)
        {
            throw Failed(what, error);
        }
    }

    /// <summary>A question with a short answer, asked again by the same rules.</summary>
    public async Task<T> Ask<T>(string what, Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await _retries.ExecuteAsync(async stop => await AskOnce(ask, stop), cancellation);
        }
        catch (Exception error) when (IsTransient(error, cancellation) || error is HttpRequestException)
        {
            throw Failed(what, error);
        }
    }

    private async Task<T> AskOnce<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var stall = new CancellationTokenSource(_stallTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        try
        {
            return await ask(both.Token);
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw Stalled();
        }
    }

    private async Task Attempt(
        Memory<byte> into, int done, Func<int, CancellationToken, Task<Stream>> read, Action<int> reached, CancellationToken cancellation)
    {
        using var stall = new CancellationTokenSource(_stallTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        try
        {
            await using var stream = await read(done, both.Token);
            while (done < into.Length)
            {
                stall.CancelAfter(_stallTimeout);
                var count = await stream.ReadAsync(into[done..], both.Token);
                if (count == 0) throw new EndOfStreamException($"it ended {into.Length - done} bytes early.");
                reached(done += count);
            }
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw Stalled();
        }
    }

    private TimeoutException Stalled() => new($"nothing came for {_stallTimeout.TotalSeconds:0.#} s.");

    /// <summary>What is wrong with a certificate stands in the error within.</summary>
    private static WeightsException Failed(string what, Exception error)
    {
        var why = error is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } inner }
            ? $"no secure connection: {inner.Message}"
            : error.Message;
        return new WeightsException(WeightsError.OriginFailed, $"{what} cannot be read: {why}", error);
    }

    private static RetryStrategyOptions Retries(OriginOptions options) => new()
    {
        MaxRetryAttempts = options.RetryCountMax,
        Delay = options.FirstPause,
        MaxDelay = PauseMax,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = attempt => ValueTask.FromResult(
            attempt.Outcome.Exception is { } error && IsTransient(error, attempt.Context.CancellationToken)),
    };

    private static bool IsTransient(Exception error, CancellationToken cancellation) => error switch
    {
        OperationCanceledException => !cancellation.IsCancellationRequested,
        HttpRequestException { StatusCode: { } status } => IsTransient(status),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => false,
        HttpRequestException or IOException or TimeoutException => true,
        _ => false,
    };

    public static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;
}
