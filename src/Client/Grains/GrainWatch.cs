using System.Runtime.CompilerServices;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Grains;

/// <summary>
/// Reads a job's events to the final one, over as many enumerations as it takes: each begins with the whole current
/// state, so nothing that matters is lost when the job's grain moves to another silo.
/// </summary>
internal sealed class GrainWatch(IJobGrain job, string jobId, string tenantId, GrainCalls calls)
{
    private int _fruitless;

    public async IAsyncEnumerable<JobEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var isKnown = false;
            var events = job.Watch(tenantId, cancellation).GetAsyncEnumerator(cancellation);
            try
            {
                while (await NextAsync(events, cancellation) is { } happened)
                {
                    (isKnown, _fruitless) = (true, 0);
                    yield return happened;
                    if (happened.Kind == JobEventKind.Done) yield break;
                }
            }
            finally
            {
                var ending = EndAsync(events);
                if (_fruitless == 0) await ending; // What was lost may hang when it is ended, too.
            }

            if (!isKnown && _fruitless == 0) throw new DiffusionException(NotFound(jobId));
        }
    }

    public static Refusal NotFound(string jobId) => new(ErrorCode.JobNotFound, $"There is no job {jobId}.");

    private static async Task EndAsync(IAsyncEnumerator<JobEvent> events)
    {
        try
        {
            await events.DisposeAsync();
        }
        catch (Exception problem) when (GrainCalls.IsLoss(problem, CancellationToken.None) || problem is NotSupportedException)
        {
            // Its silo is gone, or its last step is still waited for: the grain drops watchers that do not come back.
        }
    }

    /// <summary>Null when this enumeration is over, whether it ended or was lost.</summary>
    private async Task<JobEvent?> NextAsync(IAsyncEnumerator<JobEvent> events, CancellationToken cancellation)
    {
        try
        {
            return await calls.Outlast(() => events.MoveNextAsync().AsTask()) ? events.Current : null;
        }
        catch (Exception lost) when (GrainCalls.IsLoss(lost, cancellation))
        {
            await calls.Pause(++_fruitless, lost, cancellation);
            return null;
        }
        catch (RefusedException refused)
        {
            throw new DiffusionException(refused.Refusal, refused);
        }
    }
}
