using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>What the store has promised to keep is there.</summary>
internal sealed class PromisedIsKept : Invariant
{
    public override void Promised(JobRecord written, JobRecord? row) => Require(
        row is not null && (row.Status, row.Epoch, row.FailedAttempts) == (written.Status, written.Epoch, written.FailedAttempts),
        $"{written.Id} was promised as {written.Status} under epoch {written.Epoch} and is {row?.Status} under {row?.Epoch}.");
}
