using Orleans;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <summary>Ends activations that nobody has used for their collection age.</summary>
internal sealed class IdleCollector(SiloNode silo)
{
    private static readonly DeactivationReason Idle = new(DeactivationReasonCode.ActivationIdle, "The activation was idle for its collection age.");
    private ITimer? _timer;

    public void Start()
    {
        var quantum = silo.Collection.CollectionQuantum;
        _timer = silo.Time.CreateTimer(_ => silo.Cluster.System.Enqueue(() => Collect(null)), null, quantum, quantum);
    }

    public void Stop() => _timer?.Dispose();

    /// <param name="ageLimit">Null: each class's own; otherwise this one for all that may be collected at all.</param>
    /// <returns>What began to end.</returns>
    public List<Activation> Collect(TimeSpan? ageLimit)
    {
        var now = silo.Time.GetUtcNow();
        var idle = silo.Activations.Where(a => a.IsIdle && a.KeepUntil <= now && now - a.LastUsed >= AgeOf(a, ageLimit)).ToList();
        idle.ForEach(activation => activation.Deactivate(Idle));
        return idle;
    }

    private TimeSpan AgeOf(Activation activation, TimeSpan? ageLimit)
    {
        var own = activation.Class.CollectionAge
            ?? silo.Collection.ClassSpecificCollectionAge.GetValueOrDefault(activation.Class.Type!.FullName!, silo.Collection.CollectionAge);
        return own == TimeSpan.MaxValue ? own : ageLimit ?? own;
    }
}
