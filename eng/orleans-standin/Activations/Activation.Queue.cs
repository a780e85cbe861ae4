using Orleans;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <content>Which request runs when: one at a time, unless class, method or call chain allow more.</content>
internal sealed partial class Activation
{
    private readonly Lock gate = new();
    private readonly LinkedList<ActivationRequest> waiting = new();
    private readonly List<ActivationRequest> running = [];
    private readonly List<Guid> reentrantSections = [];
    private ActivationRequest? blocking;
    private DateTimeOffset lastUsed;

    /// <summary>Takes a request; false: this activation has ended, and the request must go elsewhere.</summary>
    public bool TryReceive(ActivationRequest request)
    {
        lock (gate)
        {
            if (state == ActivationState.Ended)
            {
                return false;
            }

            waiting.AddLast(request);
            StartWhatMayRun();
            return true;
        }
    }

    public void OnCompleted(ActivationRequest request)
    {
        lock (gate)
        {
            running.Remove(request);
            if (blocking == request)
            {
                blocking = null;
            }

            if (request.KeepsAlive)
            {
                lastUsed = Silo.Time.GetUtcNow();
            }

            StartWhatMayRun();
            FinishIfIdle();
        }
    }

    /// <summary>Takes a request that still waits out of the queue.</summary>
    public bool TryWithdraw(ActivationRequest request)
    {
        lock (gate)
        {
            return waiting.Remove(request);
        }
    }

    public void EnterReentrantSection(Guid id)
    {
        lock (gate)
        {
            reentrantSections.Add(id);
            StartWhatMayRun();
        }
    }

    public void LeaveReentrantSection(Guid id)
    {
        lock (gate)
        {
            reentrantSections.Remove(id);
        }
    }

    private void StartWhatMayRun()
    {
        if (state != ActivationState.Valid)
        {
            return;
        }

        for (var node = waiting.First; node is not null;)
        {
            var following = node.Next;
            if (MayRun(node.Value))
            {
                waiting.Remove(node);
                Start(node.Value);
            }

            node = following;
        }
    }

    private void Start(ActivationRequest request)
    {
        running.Add(request);
        if (!request.IsAlwaysInterleave)
        {
            blocking ??= request;
        }

        request.AssignTo(this);
        Scheduler.Enqueue(request);
    }

    private bool MayRun(ActivationRequest request) =>
        running.Count == 0
        || request.IsAlwaysInterleave
        || blocking is null
        || Class.IsReentrant
        || (blocking.IsReadOnly && request.IsReadOnly)
        || (request.ReentrancyId is var id && id != Guid.Empty && reentrantSections.Contains(id));
}
