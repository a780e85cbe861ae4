using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Bench;

/// <summary>Many watchers of a few running jobs: how many events reach them in a second, and how many of those that there were.</summary>
public static class WatchLoad
{
    /// <param name="client">Where to submit and to watch.</param>
    /// <param name="shape">How many jobs, steps and watchers.</param>
    /// <param name="release">Lets the jobs run, once everybody watches.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static async Task<WatchCounts> RunAsync(IDiffusionClient client, WatchShape shape, Func<Task> release, CancellationToken cancellation)
    {
        var requests = Enumerable.Range(0, shape.JobCount).Select(seed => new GenerationRequest { Prompt = "a watched pot", Seed = seed, Steps = shape.Steps });
        var jobs = await Task.WhenAll(requests.Select(request => client.SubmitAsync(request, cancellation: cancellation)));
        var watchers = jobs.SelectMany(job => Enumerable.Range(0, shape.WatchersPerJob).Select(_ => new Watcher(job.Record.Id))).ToList();
        var watching = watchers.Select(watcher => watcher.ReadAsync(client, cancellation)).ToList();
        await Task.WhenAll(watchers.Select(watcher => watcher.Watches));
        await release();
        await Task.WhenAll(watching);
        return Count(watchers);
    }

    /// <summary>What was there to hear is what the best informed heard of: events of a job have numbers without gaps.</summary>
    private static WatchCounts Count(List<Watcher> watchers)
    {
        var heard = watchers.Sum(watcher => watcher.Sequences.Count);
        var made = watchers.GroupBy(watcher => watcher.JobId).Sum(job => job.Count() * Made([.. job.SelectMany(watcher => watcher.Sequences)]));
        var seconds = Stopwatch.GetElapsedTime(watchers.Min(watcher => watcher.First), watchers.Max(watcher => watcher.Last)).TotalSeconds;
        return new WatchCounts(heard / seconds, heard / (double)made);
    }

    private static long Made(IReadOnlyCollection<long> sequences) => sequences.Max() - sequences.Min() + 1;

    private sealed class Watcher(string jobId)
    {
        private readonly TaskCompletionSource _watches = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string JobId => jobId;

        public Task Watches => _watches.Task;

        /// <summary>Numbers of what came once the job ran.</summary>
        public ConcurrentQueue<long> Sequences { get; } = [];

        public long First { get; private set; } = long.MaxValue;

        public long Last { get; private set; }

        public async Task ReadAsync(IDiffusionClient client, CancellationToken cancellation)
        {
            await foreach (var happened in client.WatchAsync(jobId, cancellation))
            {
                _watches.TrySetResult();
                if (happened.Status == JobStatus.Queued) continue;
                First = Math.Min(First, Stopwatch.GetTimestamp());
                Last = Stopwatch.GetTimestamp();
                Sequences.Enqueue(happened.Sequence);
            }
        }
    }
}

/// <param name="JobCount">Jobs that are watched.</param>
/// <param name="Steps">Steps of each, one event or more for each.</param>
/// <param name="WatchersPerJob">Who watches each, over a stream of its own.</param>
public sealed record WatchShape(int JobCount, int Steps, int WatchersPerJob);

/// <param name="EventsPerSecond">That reached watchers, all together.</param>
/// <param name="HeardShare">Of the events that there were for each watcher; the rest was dropped for slow readers.</param>
public sealed record WatchCounts(double EventsPerSecond, double HeardShare);
