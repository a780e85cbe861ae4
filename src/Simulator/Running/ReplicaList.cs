namespace OrleansDiffusion.Simulator;

/// <summary>Replicas in the order in which they came; any of them leaves in one step.</summary>
/// <param name="links">Where a replica keeps its place in this list.</param>
internal sealed class ReplicaList(ReplicaList.Links links)
{
    public delegate ref ReplicaLinks Links(SimReplica replica);

    public SimReplica? First { get; private set; }

    public SimReplica? Last { get; private set; }

    public int Count { get; private set; }

    public void Add(SimReplica replica)
    {
        ref var own = ref links(replica);
        (own.Before, own.After, own.IsIn) = (Last, null, true);
        if (Last is null) First = replica;
        else links(Last).After = replica;
        Last = replica;
        Count++;
    }

    /// <summary>Nothing happens to one that is not in it.</summary>
    public void Remove(SimReplica replica)
    {
        ref var own = ref links(replica);
        if (!own.IsIn) return;
        if (own.Before is null) First = own.After;
        else links(own.Before).After = own.After;
        if (own.After is null) Last = own.Before;
        else links(own.After).Before = own.Before;
        own = default;
        Count--;
    }
}
