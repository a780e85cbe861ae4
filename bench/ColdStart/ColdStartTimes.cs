namespace OrleansDiffusion.Bench;

/// <summary>Seconds of every way in every round. Ratios are taken within a round, and their median told.</summary>
internal sealed class ColdStartTimes
{
    private readonly Dictionary<string, List<double>> _seconds = [];

    public void Add(string name, double seconds)
    {
        if (!_seconds.TryGetValue(name, out var times)) _seconds[name] = times = [];
        times.Add(seconds);
    }

    public bool Has(string name) => _seconds.ContainsKey(name);

    public double Median(string name) => Statistics.Median(_seconds[name]);

    public double Ratio(string name, string over) => Statistics.Median(_seconds[name].Zip(_seconds[over], (one, other) => one / other));

    /// <summary>Over the larger of two others.</summary>
    public double OverLarger(string name, string one, string other) =>
        Statistics.Median(_seconds[name].Zip(_seconds[one].Zip(_seconds[other], Math.Max), (all, larger) => all / larger));

    /// <summary>What <paramref name="name"/> takes beyond <paramref name="less"/>, over a third.</summary>
    public double Overhead(string name, string less, string over) =>
        Statistics.Median(_seconds[name].Zip(_seconds[less], (all, part) => all - part).Zip(_seconds[over], (one, other) => one / other));

    /// <summary>Steps after which the slower load has repaid itself; infinite if its steps are not faster.</summary>
    public double BreakEven()
    {
        var (loaded, perStep) = (Median("tuned_first") - Median("ours_first"), Median("ours_step") - Median("tuned_step"));
        return perStep > 0 ? 1 + Math.Max(0, loaded / perStep) : double.PositiveInfinity;
    }
}
