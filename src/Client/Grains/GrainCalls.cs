using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Grains;

/// <summary>
/// Calls that outlast the death of a silo: what is lost on the way is sent again, after pauses that grow. Every call of
/// the client may be repeated, since jobs are named by the client and ends are final.
/// </summary>
internal sealed class GrainCalls(GatewayLosses losses, TimeProvider time, IOptions<DiffusionClientOptions> options)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    public async Task<T> Try<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await losses.Outlast(call);
            }
            catch (Exception lost) when (IsLoss(lost, cancellation))
            {
                await Pause(attempt, lost, cancellation);
            }
            catch (RefusedException refused)
            {
                throw new DiffusionException(refused.Refusal, refused);
            }
        }
    }

    /// <summary>One step of something that may be long, such as the next event of an enumeration.</summary>
    /// <exception cref="TimeoutException">A silo was lost meanwhile; the step may never end.</exception>
    public Task<T> Outlast<T>(Func<Task<T>> step) => losses.Outlast(step);

    /// <summary>
    /// The silo that was spoken to is gone or going; another one will answer. One that goes may tell what it was asked as
    /// cancelled, which is nobody's wish but its own.
    /// </summary>
    public static bool IsLoss(Exception problem, CancellationToken cancellation) => problem switch
    {
        OrleansMessageRejectionException or ConnectionFailedException or EnumerationAbortedException => true,
        ClientNotAvailableException or TimeoutException => true,
        OperationCanceledException => !cancellation.IsCancellationRequested,
        _ => false,
    };

    /// <exception cref="DiffusionException">That was the last attempt.</exception>
    public Task Pause(int attempt, Exception lost, CancellationToken cancellation)
    {
        if (attempt >= options.Value.AttemptsMax)
            throw new DiffusionException(new Refusal(ErrorCode.NotReady, "The cluster cannot be reached."), lost);
        var pause = FirstPause * Math.Pow(2, attempt - 1);
        return Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellation);
    }
}
