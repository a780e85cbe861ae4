namespace OrleansDiffusion.Simulator;

/// <summary>A model on a device, or on its way there.</summary>
internal sealed class SimReplica(SimPool pool, SimDevice device)
{
    public SimPool Pool => pool;

    public SimDevice Device => device;

    public bool IsReady { get; set; }

    /// <summary>Since its last job, or since it became ready.</summary>
    public double IdleSince { get; set; }

    /// <summary>When its job should be over by what the pool has measured.</summary>
    public double PredictedEnd { get; set; }

    /// <summary>Among its pool's idle ones, in the order in which they became idle.</summary>
    public ReplicaLinks Idle;

    /// <summary>Among those of them whose device is free, in the order in which they became so.</summary>
    public ReplicaLinks Free;
}

/// <summary>A replica's place in a list.</summary>
internal struct ReplicaLinks
{
    public SimReplica? Before;
    public SimReplica? After;
    public bool IsIn;
}

/// <summary>A device: off while nothing is on it, one job at a time.</summary>
internal sealed class SimDevice(int id)
{
    public int Id => id;

    public bool IsOn { get; set; }

    public double OnSince { get; set; }

    /// <summary>What has the job.</summary>
    public SimReplica? Working { get; set; }

    public List<SimReplica> Residents { get; } = [];

    public bool Has(SimPool pool)
    {
        foreach (var resident in Residents)
            if (resident.Pool == pool) return true;
        return false;
    }
}
