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

    public override void ToldEnd(string jobId, JobStatus status)
    {
        Require(status.IsFinal(), $"{jobId} is told to have ended as {status}.");
        Require(_told.TryAdd(jobId, status) || _told[jobId] == status, $"{jobId} is told to have ended as {_told[jobId]} and as {status}.");
    }

    public override void AtEnd(World world)
    {
        foreach (var (id, status) in _told) Require(world.Row(id)?.Status == status, $"{id} is told to have ended as {status} and is {world.Row(id)?.Status}.");
    }
}
