namespace OrleansDiffusion.Cli.Chaos;

/// <summary>Times in which nothing happened that should happen all the time.</summary>
internal static class Gaps
{
    /// <returns>The longest time between <paramref name="from"/> and <paramref name="to"/> without one of the moments, and its begin.</returns>
    public static (TimeSpan Length, DateTimeOffset Begin) Longest(IEnumerable<DateTimeOffset> moments, DateTimeOffset from, DateTimeOffset to)
    {
        var all = moments.Where(moment => moment > from && moment < to).Order().Prepend(from).Append(to).ToList();
        return all.Zip(all.Skip(1), (before, after) => (after - before, before)).MaxBy(gap => gap.Item1);
    }
}
