using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using Polly;
using Polly.Retry;

namespace OrleansDiffusion.Client.Grains;

/// <summary>
/// Calls that outlast the death of a silo: what is lost on the way is sent again, after pauses that grow. Every call of
/// the client may be repeated, since jobs are named by the client and ends are final.
/// </summary>
internal sealed class GrainCalls
{
    private readonly GatewayLosses _losses;
    private readonly TimeProvider _time;
    private readonly Func<double> _chance;
    private readonly RetryPlan _plan;
    private readonly ResiliencePipeline _retries;

    public GrainCalls(GatewayLosses losses, TimeProvider time, IOptions<DiffusionClientOptions> options)
    {
        (_losses, _time, _chance) = (losses, time, options.Value.Chance);
        _plan = new RetryPlan
        {
            FailedAttemptsMax = options.Value.AttemptsMax,
            FirstDelay = TimeSpan.FromMilliseconds(300),
            DelayMax = TimeSpan.FromSeconds(8),
        };
        _retries = Retries();
    }

    public async Task<T> Try<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellation);
        try
        {
            return await _retries.ExecuteAsync(async _ => await _losses.Outlast(call), context);
        }
        catch (RefusedException refused)
        {
            throw new DiffusionException(refused.Refusal, refused);
        }
        catch (Exception lost) when (IsLoss(lost, cancellation))
        {
            throw GivenUp(lost);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>One step of something that may be long, such as the next event of an enumeration.</summary>
    /// <exception cref="TimeoutException">A silo was lost meanwhile; the step may never end.</exception>
    public Task<T> Outlast<T>(Func<Task<T>> step) => _losses.Outlast(step);

    /// <summary>
    /// The silo that was spoken to is gone or going; another one will answer. One that goes may tell what it was asked as
    /// cancelled, which is nobody's wish but its own.
    /// </summary>
    public static bool IsLoss(Exception problem, CancellationToken cancellation) => problem switch
    {
        OrleansMessageRejectionException or ConnectionFailedException or EnumerationAbortedException => true,
        ClientNotAvailableException or TimeoutException => true,
        OperationCanceledException => !cancellation.IsCancellationRequested,
        _ => problem.GetType() == typeof(OrleansException), // The engine's own word for "no silo is left that could take this".
    };

    /// <summary>Between two tries of what is more than a call.</summary>
    /// <exception cref="DiffusionException">That was the last attempt.</exception>
    public Task Pause(int attempt, Exception lost, CancellationToken cancellation) =>
        _plan.MayRetry(attempt) ? Task.Delay(_plan.DelayBefore(attempt, _chance()), _time, cancellation) : throw GivenUp(lost);

    private ResiliencePipeline Retries() => _plan.FailedAttemptsMax < 2
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder { TimeProvider = _time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = _plan.FailedAttemptsMax - 1,
            ShouldHandle = outcome => new(outcome.Outcome.Exception is { } problem && IsLoss(problem, outcome.Context.CancellationToken)),
            DelayGenerator = attempt => new(_plan.DelayBefore(attempt.AttemptNumber + 1, _chance())),
        }).Build();

    private static DiffusionException GivenUp(Exception lost) => new(new Refusal(ErrorCode.NotReady, "The cluster cannot be reached."), lost);
}
