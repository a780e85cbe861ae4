namespace OrleansDiffusion.Simulator;

/// <summary>
/// Makes requests like those of a real service (docs/SIMULATE.md compares): users come more by day than by night, and each
/// sends a burst; a few models get most of it, yet three of four requests want another model than the one before.
/// </summary>
public static class TraceGenerator
{
    private const double DaySeconds = 86_400;
    private const int BurstCountMax = 64;

    public static Trace Generate(int jobCount, ulong seed, TraceShape? shape = null)
    {
        var (made, dice) = (shape ?? new TraceShape(), new Dice(seed));
        var popularity = Popularity(made);
        List<TraceJob> jobs = new(jobCount + BurstCountMax);
        var now = 0.0;
        while (jobs.Count < jobCount)
        {
            now += dice.Exponential(made.BurstGapSeconds) / DayFactor(made, now);
            AddBurst(jobs, now, made, popularity, dice);
        }

        var first = jobs.OrderBy(job => job.ArrivalSeconds).Take(jobCount).ToList();
        return new Trace($"generated, seed {seed}", first.Select(job => job with { ArrivalSeconds = job.ArrivalSeconds - first[0].ArrivalSeconds }));
    }

    private static void AddBurst(List<TraceJob> jobs, double start, TraceShape shape, double[] popularity, Dice dice)
    {
        var count = (int)Math.Min(BurstCountMax, Math.Pow(1 - dice.Share(), -1 / shape.BurstTail)); // Pareto: most are short, some are very long.
        var isHasty = dice.Share() < shape.HastyShare;
        var model = Draw(popularity, dice);
        var at = start;
        for (var i = 0; i < count; i++)
        {
            if (i > 0 && dice.Share() >= shape.SameModelShare) model = Draw(popularity, dice);
            var service = shape.ServiceMedianSeconds * Math.Exp(shape.ServiceSpread * dice.Normal());
            jobs.Add(new(Milliseconds(at), $"M{model:000}", Milliseconds(service)));
            at += isHasty ? dice.Exponential(1) : shape.GapMedianSeconds * Math.Exp(dice.Normal());
        }
    }

    /// <summary>At night, a third of the day, so many times fewer bursts come.</summary>
    private static double DayFactor(TraceShape shape, double now) => now % DaySeconds < DaySeconds / 3 ? 1 / shape.NightQuiet : 1;

    /// <summary>Zipf: the k-th model is wanted k^-s times as often as the first. Running sums, the last is 1.</summary>
    private static double[] Popularity(TraceShape shape)
    {
        var sums = new double[shape.ModelCount];
        var sum = 0.0;
        for (var k = 0; k < sums.Length; k++) sums[k] = sum += Math.Pow(k + 1, -shape.Zipf);
        return Array.ConvertAll(sums, one => one / sum);
    }

    private static int Draw(double[] popularity, Dice dice)
    {
        var found = Array.BinarySearch(popularity, dice.Share());
        return Math.Min(popularity.Length - 1, found < 0 ? ~found : found + 1);
    }

    private static double Milliseconds(double seconds) => Math.Round(seconds, 3);
}

/// <summary>What generated requests are like. The defaults are near GenTD26.</summary>
public sealed record TraceShape
{
    public int ModelCount { get; init; } = 81;

    /// <summary>Exponent of the models' popularity: 0 is the same for all; higher is more unequal.</summary>
    public double Zipf { get; init; } = 1.4;

    /// <summary>Mean seconds between two bursts by day.</summary>
    public double BurstGapSeconds { get; init; } = 170;

    /// <summary>Exponent of the bursts' lengths: lower has longer ones.</summary>
    public double BurstTail { get; init; } = 1.2;

    /// <summary>Share of bursts whose requests come about every second.</summary>
    public double HastyShare { get; init; } = 0.15;

    /// <summary>Median seconds between two requests of the other bursts.</summary>
    public double GapMedianSeconds { get; init; } = 15;

    /// <summary>Chance that a request of a burst keeps the model of the one before it.</summary>
    public double SameModelShare { get; init; } = 0.1;

    /// <summary>How many times fewer bursts come at night.</summary>
    public double NightQuiet { get; init; } = 20;

    public double ServiceMedianSeconds { get; init; } = 22;

    /// <summary>Deviation of the logarithm of the device time.</summary>
    public double ServiceSpread { get; init; } = 0.6;
}
