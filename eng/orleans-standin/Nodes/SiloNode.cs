using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>A silo: it hosts activations and is a member of the cluster.</summary>
internal sealed class SiloNode : Node
{
    private readonly ConcurrentDictionary<ActivationId, Activation> _activations = new();
    public IdleCollector Collector { get; }
    private readonly List<(Activation Activation, List<ActivationRequest> Requests)> _lost = [];
    private volatile bool _isGone;
    private volatile SiloStatus _status = SiloStatus.Created;

    public SiloNode(IServiceProvider services, SiloOptions identity, EndpointOptions endpoint)
        : base(services, identity.SiloName, services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value)
    {
        Endpoint = endpoint;
        Collector = new IdleCollector(this);
        Oracle = new SiloStatusOracle(this);
    }

    public EndpointOptions Endpoint { get; }

    public SiloStatusOracle Oracle { get; }

    public override SiloAddress? Address => _address;

    private SiloAddress? _address;

    public SiloStatus Status => _status;

    public DateTimeOffset Started { get; private set; }

    public IEnumerable<Activation> Activations => _activations.Values;

    public int ActivationCount => _activations.Count;

    public override bool IsReachable => !_isGone;

    public void Join(Cluster cluster)
    {
        Cluster = cluster;
        Started = Time.GetUtcNow();
        _address = cluster.Admit(this);
        _status = SiloStatus.Active;
        cluster.NotifyChanged(this);
        Collector.Start();
    }

    public Activation CreateActivation(GrainClass grainClass, GrainId id)
    {
        if (_isGone || _status != SiloStatus.Active)
        {
            throw new SiloUnavailableException($"Silo {Name} is {_status} and takes no new grains.");
        }

        var activation = new Activation(this, grainClass, id);
        _activations[activation.ActivationId] = activation;
        return activation;
    }

    public void Remove(Activation activation) => _activations.TryRemove(activation.ActivationId, out _);

    /// <summary>Takes no new grains, lets those it has finish, then leaves.</summary>
    public async Task Leave(CancellationToken cancellationToken)
    {
        if (_status != SiloStatus.Active)
        {
            return;
        }

        _status = SiloStatus.ShuttingDown;
        Cluster.NotifyChanged(this);
        Collector.Stop();
        var why = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "This process is terminating.");
        Activation[] leaving = [.. _activations.Values];
        Array.ForEach(leaving, activation => activation.Deactivate(why, cancellationToken));
        // Whoever has not ended when the time is up is killed.
        await Task.WhenAll(leaving.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Die();
    }

    /// <summary>The process is gone from one moment to the next, and the others do not know yet.</summary>
    public void Crash()
    {
        _isGone = true;
        Collector.Stop();
        foreach (var activation in _activations.Values)
        {
            _lost.Add((activation, activation.Kill()));
        }

        _activations.Clear();
    }

    /// <summary>Taken for dead by the others while it still runs: nothing leaves it and nothing arrives.</summary>
    public void CutOff()
    {
        _isGone = true;
        _status = SiloStatus.Dead;
        var failure = new SiloUnavailableException($"The target silo {Address} became unavailable.");
        foreach (var activation in _activations.Values)
        {
            Cluster.Directory.OnKilled(activation, activation.Unanswered(), failure);
        }

        Cluster.NotifyChanged(this);
    }

    /// <summary>Gone, and known to be: calls that went to it fail, and its grains may come to life elsewhere.</summary>
    public void Die()
    {
        if (_status == SiloStatus.Dead)
        {
            return;
        }

        Crash();
        _status = SiloStatus.Dead;
        var failure = new SiloUnavailableException($"The target silo {Address} became unavailable.");
        foreach (var (activation, requests) in _lost)
        {
            Cluster.Directory.OnKilled(activation, requests, failure);
        }

        _lost.Clear();
        Cluster.NotifyChanged(this);
    }

    public override void ThrowIfStopped()
    {
        if (_isGone || _status == SiloStatus.Created)
        {
            throw new SiloUnavailableException($"Silo {Name} is not running.");
        }
    }

    protected override Exception NotConnected() => new SiloUnavailableException($"Silo {Name} has not started yet.");
}
