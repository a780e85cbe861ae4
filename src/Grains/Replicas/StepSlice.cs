namespace OrleansDiffusion.Grains;

/// <summary>
/// How many steps go to the device at once. Every return to the grain's turns costs about a tenth of a millisecond: much
/// beside a step of three, nothing beside one of a hundred. So short steps share a return, and long ones have their own.
/// </summary>
internal static class StepSlice
{
    /// <summary>As many as fit into <see cref="ReplicaOptions.StepSlice"/>, up to where a job wants something else; at least one.</summary>
    public static int CountFor(IReadOnlyList<JobInWork> batch, ReplicaOptions options)
    {
        if (batch.Max(job => job.StepSeconds) is not { } seconds || seconds <= 0) return 1; // Nobody knows yet.
        var fitting = Math.Max(1, options.StepSlice.TotalSeconds / seconds);
        return (int)Math.Min(fitting, batch.Min(job => StepsUntilPause(job, options)));
    }

    /// <summary>Steps until the picture is done, shown, or kept as a checkpoint.</summary>
    private static int StepsUntilPause(JobInWork job, ReplicaOptions options)
    {
        var sample = job.Sample!;
        var untilCheckpoint = options.CheckpointStepCount - (sample.StepsDone % options.CheckpointStepCount);
        var count = 1;
        while (count < untilCheckpoint && sample.StepsDone + count < sample.StepCount && !job.IsPreviewDueAfter(sample.StepsDone + count)) count++;
        return count;
    }
}
