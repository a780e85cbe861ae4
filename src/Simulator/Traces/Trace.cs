namespace OrleansDiffusion.Simulator;

/// <summary>Requests in the order of their arrival, as columns.</summary>
public sealed class Trace
{
    /// <param name="name">Where it comes from, for people.</param>
    /// <param name="jobs">In any order; those of the same moment keep theirs.</param>
    /// <param name="skippedCount">Requests that never ran and are not among the jobs.</param>
    public Trace(string name, IEnumerable<TraceJob> jobs, int skippedCount = 0)
    {
        var sorted = jobs.OrderBy(job => job.ArrivalSeconds).ToArray(); // Stable.
        var models = new Dictionary<string, int>(StringComparer.Ordinal);
        Name = name;
        SkippedCount = skippedCount;
        Arrivals = Array.ConvertAll(sorted, job => job.ArrivalSeconds);
        Services = Array.ConvertAll(sorted, job => job.ServiceSeconds);
        Models = Array.ConvertAll(sorted, job => models.TryGetValue(job.Model, out var known) ? known : models[job.Model] = models.Count);
        ModelNames = [.. models.OrderBy(model => model.Value).Select(model => model.Key)];
    }

    private Trace(Trace other, double[] arrivals)
    {
        (Name, SkippedCount, Arrivals) = (other.Name, other.SkippedCount, arrivals);
        (Services, Models, ModelNames) = (other.Services, other.Models, other.ModelNames);
    }

    public string Name { get; }

    public int SkippedCount { get; }

    public int Count => Arrivals.Length;

    /// <summary>Seconds, rising.</summary>
    public double[] Arrivals { get; }

    /// <summary>Device-seconds that each job takes.</summary>
    public double[] Services { get; }

    /// <summary>Index into <see cref="ModelNames"/> of each job.</summary>
    public int[] Models { get; }

    public IReadOnlyList<string> ModelNames { get; }

    /// <summary>The same requests in less time: arrivals divided by <paramref name="factor"/>, work unchanged.</summary>
    public Trace Compressed(double factor) => new(this, Array.ConvertAll(Arrivals, arrival => arrival / factor));
}

/// <summary>One request of a trace.</summary>
public readonly record struct TraceJob(double ArrivalSeconds, string Model, double ServiceSeconds);
