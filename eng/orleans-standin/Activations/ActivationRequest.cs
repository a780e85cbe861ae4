using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <summary>Something an activation is asked to do: a call, a timer's tick, a stream's event.</summary>
internal abstract class ActivationRequest : WorkItem
{
    private Activation? _runner;

    public virtual bool IsAlwaysInterleave => false;

    public virtual bool IsReadOnly => false;

    /// <summary>Running this counts as use of the activation.</summary>
    public virtual bool KeepsAlive => true;

    public virtual Guid ReentrancyId => Guid.Empty;

    /// <summary>How often it was sent on because its activation had ended.</summary>
    public int Forwards { get; set; }

    public void AssignTo(Activation activation) => _runner = activation;

    public override void Run() => _ = RunToEnd();

    /// <summary>Does it; never throws.</summary>
    public abstract Task RunOn(Activation activation);

    /// <summary>It will not run; whoever waits learns why.</summary>
    public abstract void Reject(Node by, Exception failure);

    private async Task RunToEnd()
    {
        var activation = _runner!;
        await RunOn(activation);
        activation.OnCompleted(this);
    }
}
