using OrleansDiffusion.Jobs;
using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>What of a trace a person reads.</summary>
internal static class Story
{
    private static readonly string[] Dull = ["turn of ", "arrived "];

    /// <param name="trace">What happened.</param>
    /// <param name="isFull">Every turn and every message, too.</param>
    public static IEnumerable<string> Of(Trace trace, bool isFull = false) => trace.Lines.Where(line => isFull || !IsDull(line));

    public static string OfRow(JobRecord? before, JobRecord? after) => after is null
        ? $"{before!.Id} is gone from the store"
        : $"{after.Id} {before?.Status.ToString() ?? "new"} -> {after.Status}, epoch {after.Epoch}, failed {after.FailedAttempts}{At(after)}{Because(after)}";

    private static bool IsDull(string line)
    {
        var what = line.AsSpan(line.IndexOf(' ', StringComparison.Ordinal) + 1);
        foreach (var dull in Dull)
            if (what.StartsWith(dull, StringComparison.Ordinal)) return true;
        return false;
    }

    private static string At(JobRecord job) => job.Status == JobStatus.Running ? $", {job.ReplicaId} on {job.Device}" : "";

    private static string Because(JobRecord job) => job.Error is { } error ? $": {error.Message}" : "";
}
