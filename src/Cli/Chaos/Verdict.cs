using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>Everything that must hold when the dust has settled. Each rule names what breaks it.</summary>
internal static class Verdict
{
    public static IReadOnlyList<string> Of(Findings found)
    {
        var stored = found.Stored.ToLookup(job => job.Id, StringComparer.Ordinal);
        return [.. Unanswered(found, stored), .. Unasked(found), .. Ends(found, stored), .. Pictures(found, stored), .. Files(found)];
    }

    /// <summary>Accepted is committed: the job is there, once.</summary>
    private static IEnumerable<string> Unanswered(Findings found, ILookup<string, JobRecord> stored)
    {
        foreach (var (jobId, order) in found.Accepted)
        {
            var rows = stored[jobId].Count();
            if (rows != 1) yield return $"{jobId} ({order.Key}) was accepted and is in the store {rows} times.";
        }

        foreach (var twice in found.Accepted.GroupBy(accepted => accepted.Order.Key).Where(key => key.Select(one => one.JobId).Distinct().Count() > 1))
            yield return $"The key {twice.Key} stands for several jobs: {string.Join(", ", twice.Select(one => one.JobId).Distinct())}.";
    }

    private static IEnumerable<string> Unasked(Findings found)
    {
        var known = found.Accepted.Select(accepted => accepted.JobId).ToHashSet(StringComparer.Ordinal);
        return found.Stored.Where(job => !known.Contains(job.Id)).Select(job => $"{job.Id} is in the store and was never accepted.");
    }

    /// <summary>One end, the same whoever is asked, and no failure: nothing that happens here is a job's fault.</summary>
    private static IEnumerable<string> Ends(Findings found, ILookup<string, JobRecord> stored)
    {
        foreach (var job in found.Stored)
        {
            if (!job.Status.IsFinal()) yield return $"{job.Id} has not ended: it is {job.Status} under epoch {job.Epoch}.";
            if (job.Status == JobStatus.Failed) yield return $"{job.Id} failed: {job.Error?.Code} {job.Error?.Message}";
            if (found.Told.GetValueOrDefault(job.Id, job.Status) is var told && told != job.Status)
                yield return $"{job.Id} is {job.Status} in the store, and the cluster says {told}.";
            if (found.EndsLogged.GetValueOrDefault(job.Id) is > 1 and var ends) yield return $"{job.Id} ended {ends} times by the silos' logs.";
        }

        foreach (var heard in found.Heard)
        {
            foreach (var job in stored[heard.JobId].Where(job => job.Status != heard.Status))
                yield return $"{job.Id} is {job.Status}, and its {heard.By} was told {heard.Status}.";
        }

        var orders = found.Accepted.DistinctBy(accepted => accepted.JobId).ToDictionary(accepted => accepted.JobId, accepted => accepted.Order);
        foreach (var job in found.Stored.Where(job => job.Status == JobStatus.Cancelled))
            if (orders.TryGetValue(job.Id, out var order) && order.CancelAfter is null) yield return $"{job.Id} was cancelled and nobody asked for it.";
    }

    private static IEnumerable<string> Pictures(Findings found, ILookup<string, JobRecord> stored)
    {
        foreach (var (jobId, order) in found.Accepted.DistinctBy(accepted => accepted.JobId))
        {
            foreach (var job in stored[jobId].Where(job => job.Status == JobStatus.Succeeded))
            {
                var drawn = job.Artifacts.OrderBy(artifact => artifact.Index).Select(artifact => artifact.Id).ToList();
                if (!found.Calm.TryGetValue(order.Sketch, out var calm)) yield return $"{jobId}: there is no calm run of {order.Sketch}.";
                else if (!drawn.SequenceEqual(calm))
                    yield return $"{jobId} of {order.Sketch} has other pictures than the calm run, under epoch {job.Epoch}: {Short(drawn)}, not {Short(calm)}.";
            }
        }
    }

    private static IEnumerable<string> Files(Findings found)
    {
        var named = found.Stored.SelectMany(job => job.Artifacts, (job, artifact) => (artifact.Id, JobId: job.Id)).ToLookup(row => row.Id, row => row.JobId);
        var there = found.Files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var missing in named.Where(name => !there.Contains(name.Key)))
            yield return $"The picture {Short([missing.Key])} of {missing.First()} is not there.";
        var halfWritten = found.Files.Count(file => file.IsTemporary); // One for each kill at most; a later start removes them.
        if (halfWritten > found.KillCount) yield return $"{halfWritten} half-written files are left, of {found.KillCount} processes that were killed.";
        foreach (var file in found.Files.Where(file => !file.IsTemporary))
        {
            if (!file.HasItsContent) yield return $"{file.Path} has not the content that its name promises.";
            else if (!named.Contains(file.Name) && !found.Loose.Contains(file.Name)) yield return $"{file.Path} belongs to no job.";
        }
    }

    private static string Short(IEnumerable<string> digests) => string.Join(" ", digests.Select(digest => digest.Length <= 8 ? digest : digest[..8]));
}
