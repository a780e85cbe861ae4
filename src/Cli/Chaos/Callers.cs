using System.Collections.Concurrent;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>
/// People who ask for pictures over REST whatever happens: a submission without an answer is sent again under its key
/// until there is one, so that what was accepted is exactly known.
/// </summary>
internal sealed class Callers(IDiffusionClient rest, int seed, Story story, TimeProvider time)
{
    private const int CallerCount = 5;

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentBag<Task> _loose = [];
    private int _next = -1;

    public ConcurrentQueue<Accepted> Accepted { get; } = [];

    public ConcurrentQueue<Heard> Heard { get; } = [];

    /// <summary>Answers that no trouble of the cluster excuses.</summary>
    public ConcurrentQueue<string> Wrongs { get; } = [];

    /// <summary>Returns when every submission has been answered and every watcher and canceller is through.</summary>
    /// <param name="noMore">Ends the load; what was begun is brought to its end.</param>
    /// <param name="cancellation">Ends everything.</param>
    public async Task RunAsync(CancellationToken noMore, CancellationToken cancellation)
    {
        await Task.WhenAll(Enumerable.Range(0, CallerCount).Select(_ => CallAsync(noMore, cancellation)));
        await Task.WhenAll(_loose);
    }

    private async Task CallAsync(CancellationToken noMore, CancellationToken cancellation)
    {
        while (!noMore.IsCancellationRequested)
        {
            var order = Order.Of(seed, Interlocked.Increment(ref _next));
            var jobId = await SubmitAsync(order, cancellation);
            if (order.IsRepeated) _loose.Add(SubmitAsync(order, cancellation));
            if (order.IsWatched) _loose.Add(WatchAsync(jobId, cancellation));
            if (order.CancelAfter is { } after) _loose.Add(CancelAsync(jobId, after, cancellation));
            await Task.Delay(order.Pause, time, noMore).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> SubmitAsync(Order order, CancellationToken cancellation)
    {
        var job = await Insist("submission", order.Key, () => rest.SubmitAsync(order.Sketch.Request, new SubmitOptions(order.Key), cancellation), cancellation);
        Accepted.Enqueue(new Accepted(job.Record.Id, order));
        if (job.Record.Status.IsFinal()) Heard.Enqueue(new Heard(job.Record.Id, job.Record.Status, "submitter"));
        return job.Record.Id;
    }

    private async Task CancelAsync(string jobId, TimeSpan after, CancellationToken cancellation)
    {
        await Task.Delay(after, time, cancellation);
        if (await Insist("cancellation", jobId, () => rest.CancelAsync(jobId, cancellation), cancellation))
            Heard.Enqueue(new Heard(jobId, JobStatus.Cancelled, "canceller"));
    }

    private async Task WatchAsync(string jobId, CancellationToken cancellation)
    {
        var last = time.GetTimestamp();
        await Insist("watch", jobId, ReadAsync, cancellation);

        async Task<bool> ReadAsync()
        {
            await foreach (var happened in rest.WatchAsync(jobId, cancellation))
            {
                story.Count("events heard");
                story.Silent(time.GetElapsedTime(last));
                last = time.GetTimestamp();
                if (happened is { Kind: JobEventKind.Done, Record: { } record }) Heard.Enqueue(new Heard(jobId, record.Status, "watcher"));
            }

            return true;
        }
    }

    /// <summary>Again and again, as long as the answer says that this may help, or that nobody knows what happened.</summary>
    private async Task<T> Insist<T>(string what, string about, Func<Task<T>> call, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var answer = await call();
                story.Count($"{what}: yes");
                return answer;
            }
            catch (DiffusionException refused)
            {
                var reason = ErrorTable.Of(refused.Refusal.Code);
                story.Count($"{what}: {reason.WireName}");
                if (!reason.RetryHelps) Wrongs.Enqueue($"The {what} of {about} was answered with {refused.Refusal.Code}: {refused.Message}");
            }

            await Task.Delay(TryAgainAfter, time, cancellation);
        }
    }
}
