using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>
/// Passes on to the invariants what happens, and to the trace what a reader wants to know. A breach ends the run after the
/// turn in which it happened, whoever catches the exception.
/// </summary>
internal sealed class Witness(IReadOnlyList<Invariant> invariants)
{
    public const int TurnsBetweenLooks = 64;

    /// <summary>More than any run takes: whoever needs more goes round in circles.</summary>
    private const long TurnCountMax = 300_000;

    private InvariantBrokenException? _breach;
    private long _turnCount;

    public Tally Tally { get; } = new();

    /// <summary>Somebody will read the trace: then the silos' logs belong into it.</summary>
    public bool IsTracing { get; init; }

    /// <summary>Where the trace is written to.</summary>
    public Action<string> Note { get; set; } = static _ => { };

    public void RowChanged(JobRecord? before, JobRecord? after)
    {
        if ((before?.Status, before?.Epoch) != (after?.Status, after?.Epoch)) Note(Story.OfRow(before, after));
        Tally.RowChanged(before, after);
        Tell(invariant => invariant.RowChanged(before, after));
    }

    public void Promised(JobRecord written, JobRecord? row) => Tell(invariant => invariant.Promised(written, row));

    public void Accepted(JobRecord job) => Tell(invariant => invariant.Accepted(job));

    public void Shown(string tenantId, JobRecord job) => Tell(invariant => invariant.Shown(tenantId, job));

    public void ToldEnd(string jobId, JobStatus status) => Tell(invariant => invariant.ToldEnd(jobId, status));

    public void Taken(string replicaId, string siloId, JobLease lease)
    {
        Note($"{replicaId} on {siloId} takes {lease.JobId} under epoch {lease.Epoch}");
        Tell(invariant => invariant.Taken(replicaId, siloId, lease));
    }

    public void DeviceCalled(Device device, int callCount) => Tell(invariant => invariant.DeviceCalled(device, callCount));

    public void MemoryChanged(Device device)
    {
        Note($"{device.Name} gets {device.InMemory[^1].Model}");
        Tell(invariant => invariant.MemoryChanged(device));
    }

    public void Ordered(WeightsOrders orders)
    {
        if (orders.Disk.Count > 0) Tally.Count("orders to hold weights ahead");
        Tell(invariant => invariant.Ordered(orders));
    }

    public void AfterTurn(World world)
    {
        if (++_turnCount % TurnsBetweenLooks == 0) Tell(invariant => invariant.Look(world));
        if (_breach is not null) throw _breach;
        if (_turnCount > TurnCountMax) throw new InvariantBrokenException("EndsAtAll", $"{_turnCount} turns and no end.");
    }

    public void AtEnd(World world)
    {
        Tell(invariant => invariant.AtEnd(world));
        if (_breach is not null) throw _breach;
    }

    private void Tell(Action<Invariant> what)
    {
        foreach (var invariant in invariants)
        {
            try
            {
                what(invariant);
            }
            catch (InvariantBrokenException breach)
            {
                if (_breach is null) Note($"BROKEN {breach.Message}");
                _breach ??= breach;
            }
        }
    }
}
