using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>How often the things happened that a simulation is for: one in which nothing goes wrong proves nothing.</summary>
internal sealed class Tally
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public long this[string what] => _counts.GetValueOrDefault(what);

    public void Count(string what, long more = 1)
    {
        lock (_gate) _counts[what] = this[what] + more;
    }

    public void RowChanged(JobRecord? before, JobRecord? after)
    {
        if (after is null || before?.Status == after.Status) return;
        Count(before is { Status: JobStatus.Running } && after.Status == JobStatus.Queued ? "requeued" : after.Status.ToString().ToLowerInvariant());
        if (after.Epoch > 1 && after.Status == JobStatus.Succeeded) Count("succeeded after a requeue");
    }

    public void Add(Tally other)
    {
        foreach (var (what, count) in other._counts) Count(what, count);
    }

    public override string ToString() => string.Join(", ", _counts.Select(pair => $"{pair.Value} {pair.Key}"));
}
