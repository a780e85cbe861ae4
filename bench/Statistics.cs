namespace OrleansDiffusion.Bench;

public static class Statistics
{
    /// <summary>The smallest value that at least the given share of the values do not exceed.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) throw new ArgumentException("There is no percentile of nothing.", nameof(values));
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);
}
