using Microsoft.Extensions.Logging;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Deletes final jobs that are too old, and then their pictures, in batches with pauses. A failure is told and the next
/// pass tries again: nothing is forgotten, since the rows of the store say what there is to do. Two that run at once, after
/// the cluster's grain has moved, do each other no harm.
/// </summary>
internal sealed partial class RetentionSweep(
    IJobStore jobs, IArtifactStore artifacts, RetentionOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>By so much the clocks of the silos and of the pictures' folder may differ.</summary>
    private static readonly TimeSpan ClockSkewMax = TimeSpan.FromHours(1);

    private bool _isRunning;
    private long _lastSeenNumber;

    /// <summary>Starts a pass beside whatever else happens, unless one is running.</summary>
    public void Start()
    {
        if (!_isRunning) _ = Pass();
    }

    /// <summary>Never fails: what went wrong is in the log.</summary>
    internal async Task Pass()
    {
        _isRunning = true;
        await Task.Yield(); // Whoever started it goes on first.
        try
        {
            if (options.KeepJobs is { } kept) await DeleteJobs(kept);
            await DeletePictures();
        }
        catch (Exception problem)
        {
            Log.Failed(logger, problem);
        }

        _isRunning = false;
    }

    private async Task DeleteJobs(TimeSpan kept)
    {
        while (true)
        {
            var count = await jobs.DeleteFinished(time.GetUtcNow() - kept, options.BatchCount, CancellationToken.None);
            DiffusionMeter.JobsDeleted(count);
            if (count > 0) Log.JobsDeleted(logger, count, kept);
            if (count < options.BatchCount) return;
            await Task.Delay(options.BatchPause, time);
        }
    }

    /// <summary>
    /// What was not there at the last pass waits for the next: a picture is remembered a moment before it is stored, and one
    /// that is only about to be stored must not be taken for one that is gone.
    /// </summary>
    private async Task DeletePictures()
    {
        var (after, lastSeen) = (0L, _lastSeenNumber);
        while (true)
        {
            // In this order: a job that is not among the unfinished ones any more has committed what it names.
            var putBefore = await OldestHand();
            var loose = await jobs.Loose(after, options.BatchCount, CancellationToken.None);
            await Delete([.. loose.Where(picture => picture.Number <= lastSeen)], putBefore);
            if (loose.Count > 0) _lastSeenNumber = after = loose[^1].Number;
            if (loose.Count < options.BatchCount) return;
            await Task.Delay(options.BatchPause, time);
        }
    }

    /// <summary>
    /// A job stores its pictures before it commits that it names them, and between the two may lie hours: it waits in a queue
    /// with a checkpoint, say. Storing makes a file young, also one that was there. So a file that is older than every
    /// unfinished job is in nobody's hands, and one that is not stays loose until it is.
    /// </summary>
    private async Task<DateTimeOffset> OldestHand()
    {
        var now = time.GetUtcNow();
        if (await jobs.Unfinished(null, 1, CancellationToken.None) is not [var oldest]) return now - ClockSkewMax;
        if (await jobs.Find(oldest.Id, CancellationToken.None) is not { CreatedAt: var createdAt }) return DateTimeOffset.MinValue; // At the next pass.
        return (createdAt < now ? createdAt : now) - ClockSkewMax;
    }

    private async Task Delete(IReadOnlyList<LooseArtifact> loose, DateTimeOffset putBefore)
    {
        List<long> seenTo = [];
        var deletedCount = 0;
        try
        {
            foreach (var picture in loose)
            {
                if (!picture.IsNamed && !await artifacts.Delete(picture.ArtifactId, putBefore, CancellationToken.None)) continue;
                seenTo.Add(picture.Number);
                if (!picture.IsNamed) deletedCount++;
            }
        }
        finally
        {
            DiffusionMeter.PicturesDeleted(deletedCount);
            if (seenTo.Count > 0) await jobs.ForgetLoose(seenTo, CancellationToken.None);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4061, LogLevel.Information, "{JobCount} jobs that ended more than {Kept} ago were deleted")]
        public static partial void JobsDeleted(ILogger logger, int jobCount, TimeSpan kept);

        [LoggerMessage(4062, LogLevel.Warning, "Old jobs or pictures could not be deleted; trying again later")]
        public static partial void Failed(ILogger logger, Exception problem);
    }
}
