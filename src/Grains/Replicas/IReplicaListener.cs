namespace OrleansDiffusion.Grains;

/// <summary>Who wants to know what a replica's loop does: its pool, through the replica.</summary>
internal interface IReplicaListener
{
    /// <summary>Slots or jobs changed.</summary>
    void Changed();

    /// <summary>A lease ended, whichever way.</summary>
    void LeaseEnded(string jobId);
}
