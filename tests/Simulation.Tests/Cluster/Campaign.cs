using System.Collections.Concurrent;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Plays many seeds, each on a thread of its own while it lasts, as many at once as there are processors.</summary>
internal static class Campaign
{
    private const int StackBytes = 16 * 1024 * 1024;

    /// <summary>What was broken, by seed; empty when nothing was.</summary>
    public static IReadOnlyDictionary<int, Exception> Play(IEnumerable<int> seeds, Action<int> play)
    {
        var broken = new ConcurrentDictionary<int, Exception>();
        var queue = new ConcurrentQueue<int>(seeds);
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => PlayAll(queue, play, broken), StackBytes)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return broken;
    }

    private static void PlayAll(ConcurrentQueue<int> seeds, Action<int> play, ConcurrentDictionary<int, Exception> broken)
    {
        while (seeds.TryDequeue(out var seed))
        {
            try
            {
                play(seed);
            }
            catch (Exception problem)
            {
                broken[seed] = problem;
            }
        }
    }
}
