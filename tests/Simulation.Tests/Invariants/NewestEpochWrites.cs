using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>
/// Only the newest epoch writes: a row's epoch never falls, a new one comes with a lease alone and one at a time, and so one
/// epoch at most writes the job's result.
/// </summary>
internal sealed class NewestEpochWrites : Invariant
{
    public override void RowChanged(JobRecord? before, JobRecord? after)
    {
        if (before is null || after is null) return;
        Require(after.Epoch >= before.Epoch, $"{after.Id}: epoch {after.Epoch} wrote {after.Status} over epoch {before.Epoch}.");
        if (after.Epoch == before.Epoch) return;
        Require(after.Epoch == before.Epoch + 1, $"{after.Id} went from epoch {before.Epoch} to {after.Epoch}.");
        Require(after.Status == JobStatus.Running, $"{after.Id} has the new epoch {after.Epoch} and is {after.Status}.");
    }
}
