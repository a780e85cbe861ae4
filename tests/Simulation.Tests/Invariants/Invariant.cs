using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Something that must be true whatever goes wrong. It is told what happens, and says so when that cannot be.</summary>
internal abstract class Invariant
{
    /// <summary>A store's row was written.</summary>
    public virtual void RowChanged(JobRecord? before, JobRecord? after)
    {
    }

    /// <summary>The store told a grain that it had kept a write.</summary>
    public virtual void Promised(JobRecord written, JobRecord? row)
    {
    }

    /// <summary>A customer was told that the job is accepted.</summary>
    public virtual void Accepted(JobRecord job)
    {
    }

    /// <summary>A tenant was shown a job.</summary>
    public virtual void Shown(string tenantId, JobRecord job)
    {
    }

    /// <summary>A customer was told that the job has ended.</summary>
    public virtual void ToldEnd(string jobId, JobStatus status)
    {
    }

    /// <summary>A replica took a lease.</summary>
    public virtual void Taken(string replicaId, string siloId, JobLease lease)
    {
    }

    /// <summary>A replica calls its device.</summary>
    /// <param name="device">Which one.</param>
    /// <param name="callCount">This call and those of the same replica that have not ended.</param>
    public virtual void DeviceCalled(Device device, int callCount)
    {
    }

    public virtual void MemoryChanged(Device device)
    {
    }

    /// <summary>A machine was told which weights it shall hold ahead.</summary>
    public virtual void Ordered(WeightsOrders orders)
    {
    }

    /// <summary>A look at everything between two turns, every <see cref="Witness.TurnsBetweenLooks"/> turns.</summary>
    public virtual void Look(World world)
    {
    }

    /// <summary>The storm is over, and virtual hours have passed.</summary>
    public virtual void AtEnd(World world)
    {
    }

    protected void Require(bool isTrue, string broken)
    {
        if (!isTrue) throw new InvariantBrokenException(GetType().Name, broken);
    }
}

internal sealed class InvariantBrokenException(string invariant, string what) : Exception($"{invariant}: {what}")
{
    public string Invariant => invariant;
}
