using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A job ends once: what is final never moves, and everybody who is told of the end is told the same.</summary>
internal sealed class FinalStaysFinal : Invariant
{
    private readonly Dictionary<string, JobStatus> _told = new(StringComparer.Ordinal);

    public override void RowChanged(JobRecord? before, JobRecord? after)
    {
        if (before is { Status: var status } && status.IsFinal())
            Require(false, $"{before.Id} was {status} and became {after?.Status.ToString() ?? "nothing"} (epoch {before.Epoch}, then {after?.Epoch}).");
    }

    public override void ToldEnd(JobRecord job)
    {
        Require(job.Status.IsFinal(), $"{job.Id} is told to have ended as {job.Status}.");
        Require(_told.TryAdd(job.Id, job.Status) || _told[job.Id] == job.Status, $"{job.Id} is told to have ended as {_told[job.Id]} and as {job.Status}.");
    }

    public override void AtEnd(World world)
    {
        foreach (var (id, status) in _told) Require(world.Row(id)?.Status == status, $"{id} is told to have ended as {status} and is {world.Row(id)?.Status}.");
    }
}
