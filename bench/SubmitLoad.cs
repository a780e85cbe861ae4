using System.Diagnostics;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Bench;

/// <summary>Submits as fast as a number of callers can, each of whom waits for an answer before it sends the next.</summary>
public static class SubmitLoad
{
    /// <returns>Jobs per second, and the time that each submission took. A refusal ends the run: every job counts.</returns>
    public static async Task<SubmitTimes> RunAsync(IDiffusionClient client, int jobCount, int callerCount, CancellationToken cancellation)
    {
        var milliseconds = new double[jobCount];
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callerCount).Select(_ => Call()));
        return new SubmitTimes(jobCount / Stopwatch.GetElapsedTime(started).TotalSeconds, milliseconds);

        async Task Call()
        {
            await Task.Yield();
            while (Interlocked.Increment(ref next) is var number && number < jobCount)
            {
                var sent = Stopwatch.GetTimestamp();
                await client.SubmitAsync(new GenerationRequest { Prompt = "a red apple", Seed = number, Steps = 1 }, cancellation: cancellation);
                milliseconds[number] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            }
        }
    }
}

/// <param name="AcceptedPerSecond">Of all callers together; accepted is committed.</param>
/// <param name="Milliseconds">From sending a job to its answer, of each.</param>
public sealed record SubmitTimes(double AcceptedPerSecond, IReadOnlyList<double> Milliseconds);
