using System.Collections.Immutable;
using System.Net;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Driving;
using OrleansDiffusion.OrleansStandin.Streams;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>The silos of one cluster in this process, and what they share.</summary>
internal sealed class Cluster
{
    private readonly Lock _gate = new();
    private ImmutableArray<SiloNode> _silos = [];
    private int _lastGeneration;
    private int _gatewayCount;

    public Cluster(Driver driver)
    {
        Driver = driver;
        System = new ActivationScheduler(driver, null, "system");
        Directory = new GrainDirectory(this);
        Observers = new ObserverTable(this);
        Streams = new StreamHub(this);
    }

    /// <summary>Of clients, which hear how many silos they reach now, and how many they did before.</summary>
    public event Action<int, int>? GatewayCountChanged;

    public Driver Driver { get; }

    /// <summary>Where work runs that belongs to no activation.</summary>
    public ActivationScheduler System { get; }

    public GrainDirectory Directory { get; }

    public ObserverTable Observers { get; }

    public StreamHub Streams { get; }

    /// <summary>Every silo that ever joined, the dead ones included.</summary>
    public ImmutableArray<SiloNode> Silos => _silos;

    public IEnumerable<SiloNode> ActiveSilos => _silos.Where(s => s.Status == SiloStatus.Active);

    public bool HasSilos => _silos.Any(s => s.Status is SiloStatus.Active or SiloStatus.ShuttingDown);

    public SiloAddress Admit(SiloNode silo)
    {
        lock (_gate)
        {
            _silos = _silos.Add(silo);
            return SiloAddress.New(IPAddress.Loopback, silo.Endpoint.SiloPort, ++_lastGeneration);
        }
    }

    public SiloNode? Find(SiloAddress? address) => _silos.FirstOrDefault(s => s.Address is { } own && own.Equals(address));

    /// <summary>Tells all silos that can be told.</summary>
    public void NotifyChanged(SiloNode changed)
    {
        Driver.Note($"members: {string.Join(", ", _silos.Select(s => $"{s.Name} {s.Status}"))}");
        var (before, now) = (_gatewayCount, ActiveSilos.Count());
        _gatewayCount = now;
        if (now != before && GatewayCountChanged is { } tell) System.Enqueue(() => tell(now, before));
        var (address, status) = (changed.Address!, changed.Status);
        foreach (var silo in _silos.Where(s => s.IsReachable && s.Oracle.HasListeners)) System.Enqueue(() => silo.Oracle.Tell(address, status));
    }
}
