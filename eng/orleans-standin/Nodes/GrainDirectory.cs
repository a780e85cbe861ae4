using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Calls;
using OrleansDiffusion.OrleansStandin.Placement;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>Which activation a grain has, and the way of every request to it: at most one activation per grain in the cluster.</summary>
internal sealed class GrainDirectory(Cluster cluster)
{
    /// <summary>How often a request follows its grain before it is rejected.</summary>
    private const int ForwardsMax = 16;

    private readonly ConcurrentDictionary<GrainId, Entry> _entries = new();

    public void Route(GrainRequest request)
    {
        if (cluster.Observers.Find(request.Target) is { } observer)
        {
            Deliver(request, observer);
            return;
        }

        if (request.Target.Type == GrainClass.ObserverType)
        {
            request.Call.Fail(new ClientNotAvailableException($"{request.Target} is no longer there, or nobody keeps the object."));
            return;
        }

        while (true)
        {
            var entry = _entries.GetOrAdd(request.Target, static _ => new Entry());
            if (entry.Add(request, out var activation, out var mustPlace))
            {
                if (activation is not null)
                {
                    Deliver(request, activation);
                }
                else if (mustPlace)
                {
                    cluster.System.Enqueue(() => _ = Place(entry, request));
                }

                return;
            }
        }
    }

    public Activation? Find(GrainId grain) => _entries.TryGetValue(grain, out var entry) ? entry.Activation : null;

    /// <summary>Tells the callee that its caller has given up; a request that still waits for its grain's place never gets there.</summary>
    public void Cancel(GrainRequest request)
    {
        if (_entries.TryGetValue(request.Target, out var entry) && entry.TryWithdraw(request))
        {
            request.Call.Fail(new OperationCanceledException("The request was cancelled before it ran."));
        }
        else if ((Find(request.Target) ?? cluster.Observers.Find(request.Target)) is { } activation)
        {
            request.Call.Origin.Send(activation.Silo, (activation, request), "cancel", static message => Cancel(message.activation, message.request));
        }
    }

    public void OnEnded(Activation activation, List<ActivationRequest> left, Exception? failure)
    {
        Forget(activation);
        (activation.Silo as SiloNode)?.Remove(activation);
        foreach (var request in left)
        {
            if (failure is not null)
            {
                request.Reject(activation.Silo, failure);
            }
            else
            {
                Forward(request, activation.Silo);
            }
        }
    }

    public void OnKilled(Activation activation, List<ActivationRequest> lost, Exception failure)
    {
        Forget(activation);
        foreach (var request in lost.OfType<GrainRequest>().Where(r => r.Call.Origin.IsReachable))
        {
            request.Call.Fail(failure);
        }
    }

    private static void Cancel(Activation activation, GrainRequest request)
    {
        if (activation.TryWithdraw(request))
        {
            request.Reject(activation.Silo, new OperationCanceledException("The request was cancelled before it ran."));
        }
        else
        {
            activation.Scheduler.Enqueue(request.Cancel);
        }
    }

    private void Deliver(GrainRequest request, Activation activation)
    {
        var origin = request.Call.Origin;
        // The fetches of an enumeration have an order that no repeat may break; Orleans sends them once.
        if (!cluster.Driver.DeliversAtOnce && !request.Call.Plan.IsExtension && cluster.Driver.Repeats(origin.Address, activation.Silo.Address))
        {
            origin.Send(activation.Silo, (this, request: request.Repeat(), activation), "repeated", static m => m.Item1.Arrive(m.request, m.activation));
        }

        if (!activation.Silo.IsReachable)
        {
            // Never from inside the call: whoever calls again at once would never come to an end.
            cluster.System.Enqueue(() => request.Call.Fail(new OrleansMessageRejectionException($"Silo {activation.Silo.Name} does not answer.")));
            return;
        }

        origin.Send(activation.Silo, (this, request, activation), request, static m => m.Item1.Arrive(m.request, m.activation));
    }

    private void Arrive(ActivationRequest request, Activation activation)
    {
        if (!activation.TryReceive(request))
        {
            Forward(request, activation.Silo);
        }
    }

    private void Forward(ActivationRequest request, Node from)
    {
        if (request is GrainRequest call && ++request.Forwards <= ForwardsMax)
        {
            Route(call);
        }
        else
        {
            request.Reject(from, new OrleansMessageRejectionException($"{request} was forwarded too often or belonged to an activation that has ended."));
        }
    }

    private async Task Place(Entry entry, GrainRequest request)
    {
        try
        {
            var silo = await Placer.Place(request, cluster);
            var activation = silo.CreateActivation(GrainCatalog.Application[request.Target.Type], request.Target);
            entry.Settle(activation, Deliver);
            if (!silo.IsReachable)
            {
                // It died after it was chosen, and may not have seen this activation to take it along.
                OnKilled(activation, activation.Kill(), new SiloUnavailableException($"Silo {silo.Name} died while {request.Target} was created."));
            }
        }
        catch (Exception failure)
        {
            _entries.TryRemove(KeyValuePair.Create(request.Target, entry));
            entry.GiveUp().ForEach(waiter => waiter.Call.Fail(failure));
        }
    }

    private void Forget(Activation activation)
    {
        if (_entries.TryGetValue(activation.GrainId, out var entry) && entry.TryRetire(activation))
        {
            _entries.TryRemove(KeyValuePair.Create(activation.GrainId, entry));
        }
    }

    /// <summary>One grain's place: empty and being filled, filled, or retired for good.</summary>
    private sealed class Entry
    {
        private readonly Lock _gate = new();
        private readonly List<GrainRequest> _waiting = [];
        private bool _isPlacing;
        private bool _isRetired;

        public Activation? Activation { get; private set; }

        /// <returns>False: this entry is retired, look for its successor.</returns>
        public bool Add(GrainRequest request, out Activation? activation, out bool mustPlace)
        {
            lock (_gate)
            {
                activation = Activation;
                mustPlace = activation is null && !_isPlacing;
                if (_isRetired)
                {
                    return false;
                }

                if (activation is null)
                {
                    _waiting.Add(request);
                    _isPlacing = true;
                }

                return true;
            }
        }

        /// <summary>Delivers under the lock, so that no later request overtakes those that waited.</summary>
        public void Settle(Activation activation, Action<GrainRequest, Activation> deliver)
        {
            lock (_gate)
            {
                Activation = activation;
                _isPlacing = false;
                activation.Begin();
                _waiting.ForEach(request => deliver(request, activation));
                _waiting.Clear();
            }
        }

        /// <returns>False: it waits no longer, or never did.</returns>
        public bool TryWithdraw(GrainRequest request)
        {
            lock (_gate)
            {
                return _waiting.Remove(request);
            }
        }

        public List<GrainRequest> GiveUp()
        {
            lock (_gate)
            {
                _isRetired = true;
                return _waiting;
            }
        }

        public bool TryRetire(Activation activation)
        {
            lock (_gate)
            {
                return _isRetired = _isRetired || Activation == activation;
            }
        }
    }
}
