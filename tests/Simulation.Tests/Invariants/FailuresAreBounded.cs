using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A job that fails wherever it runs is given up after its last attempt, and not before.</summary>
internal sealed class FailuresAreBounded : Invariant
{
    private static readonly int AttemptsMax = new JobOptions().Retries.FailedAttemptsMax;

    public override void RowChanged(JobRecord? before, JobRecord? after)
    {
        if (after is null) return;
        Require(after.FailedAttempts <= AttemptsMax, $"{after.Id} failed {after.FailedAttempts} times and is {after.Status}.");
        Require(after.FailedAttempts < AttemptsMax || after.Status == JobStatus.Failed, $"{after.Id} failed {after.FailedAttempts} times and is {after.Status}.");
        if (after.Error?.Code == ErrorCode.RetriesExhausted) Require(after.FailedAttempts == AttemptsMax, $"{after.Id} was given up after {after.FailedAttempts}.");
    }

    public override void AtEnd(World world)
    {
        foreach (var order in world.Plan.Orders.Where(order => order.Request.Prompt!.StartsWith(Plans.PoisonPrompt, StringComparison.Ordinal)))
        {
            var status = world.Row(order.JobId)?.Status;
            Require(status is not JobStatus.Succeeded, $"{order.JobId} is poisoned and is {status}."); // Whether it ended is another's question.
        }
    }
}
