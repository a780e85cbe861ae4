using System.Collections.Concurrent;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>What happens, line by line with its time, and the gaps between what should happen all the time.</summary>
internal sealed class Story(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    private long _began = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_began);

    /// <summary>Times are told from here on.</summary>
    public void Begin() => _began = time.GetTimestamp();

    /// <summary>Longest time in which a watcher heard nothing, and when it ended.</summary>
    public (TimeSpan Length, TimeSpan EndedAt) LongestSilence { get; private set; }

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public void Tell(string line)
    {
        lock (_gate) AnsiConsole.MarkupLineInterpolated($"[grey]{Now.TotalSeconds,6:0.0} s[/]  {line}");
    }

    public void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    public void Silent(TimeSpan length)
    {
        lock (_gate) LongestSilence = length > LongestSilence.Length ? (length, Now) : LongestSilence;
    }
}
