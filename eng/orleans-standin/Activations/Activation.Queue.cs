using Orleans;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <content>Which request runs when: one at a time, unless class, method or call chain allow more.</content>
internal sealed partial class Activation
{
    private readonly Lock _gate = new();
    private readonly LinkedList<ActivationRequest> _waiting = new();
    private readonly List<ActivationRequest> _running = [];
    private readonly List<Guid> _reentrantSections = [];
    private ActivationRequest? _blocking;
    private DateTimeOffset _lastUsed;

    /// <summary>Takes a request; false: this activation has ended, and the request must go elsewhere.</summary>
    public bool TryReceive(ActivationRequest request)
    {
        lock (_gate)
        {
            if (_state == ActivationState.Ended)
            {
                return false;
            }

            _waiting.AddLast(request);
            StartWhatMayRun();
            return true;
        }
    }

    public void OnCompleted(ActivationRequest request)
    {
        lock (_gate)
        {
            _running.Remove(request);
            if (_blocking == request)
            {
                _blocking = null;
            }

            if (request.KeepsAlive)
            {
                _lastUsed = Silo.Time.GetUtcNow();
            }

            StartWhatMayRun();
            FinishIfIdle();
        }
    }

    /// <summary>Takes a request that still waits out of the queue.</summary>
    public bool TryWithdraw(ActivationRequest request)
    {
        lock (_gate)
        {
            return _waiting.Remove(request);
        }
    }

    /// <summary>Requests that it has and has not answered.</summary>
    public List<ActivationRequest> Unanswered()
    {
        lock (_gate)
        {
            return [.. _running, .. _waiting];
        }
    }

    public void EnterReentrantSection(Guid id)
    {
        lock (_gate)
        {
            _reentrantSections.Add(id);
            StartWhatMayRun();
        }
    }

    public void LeaveReentrantSection(Guid id)
    {
        lock (_gate)
        {
            _reentrantSections.Remove(id);
        }
    }

    private void StartWhatMayRun()
    {
        if (_state != ActivationState.Valid)
        {
            return;
        }

        for (var node = _waiting.First; node is not null;)
        {
            var following = node.Next;
            if (MayRun(node.Value))
            {
                _waiting.Remove(node);
                Start(node.Value);
            }

            node = following;
        }
    }

    private void Start(ActivationRequest request)
    {
        _running.Add(request);
        if (!request.IsAlwaysInterleave)
        {
            _blocking ??= request;
        }

        request.AssignTo(this);
        Scheduler.Enqueue(request);
    }

    private bool MayRun(ActivationRequest request) =>
        _running.Count == 0
        || request.IsAlwaysInterleave
        || _blocking is null
        || Class.IsReentrant
        || (_blocking.IsReadOnly && request.IsReadOnly)
        || (request.ReentrancyId is var id && id != Guid.Empty && _reentrantSections.Contains(id));
}
