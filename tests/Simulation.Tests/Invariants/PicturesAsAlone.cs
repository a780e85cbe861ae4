using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>
/// Every picture is the one that a single device draws which nothing ever disturbs: each step was taken once, in order, from
/// the right beginning, wherever it was taken.
/// </summary>
internal sealed class PicturesAsAlone : Invariant
{
    public override void AtEnd(World world)
    {
        foreach (var job in world.Jobs.Where(job => job.Status == JobStatus.Succeeded))
        {
            var alone = Alone.Draw(job.Spec);
            Require(alone.SequenceEqual(job.Artifacts.Select(artifact => artifact.Id)), $"{job.Id} has other pictures than a device draws alone.");
            foreach (var id in alone) Require(world.HasFile(id), $"{job.Id} succeeded and its picture {id} is not stored.");
        }
    }
}
