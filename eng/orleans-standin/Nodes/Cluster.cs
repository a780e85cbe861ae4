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
    private readonly Lock gate = new();
    private ImmutableArray<SiloNode> silos = [];
    private int lastGeneration;

    public Cluster(Driver driver)
    {
        Driver = driver;
        System = new ActivationScheduler(driver, null, "system");
        Directory = new GrainDirectory(this);
        Observers = new ObserverTable(this);
        Streams = new StreamHub(this);
    }

    public event Action? Changed;

    public Driver Driver { get; }

    /// <summary>Where work runs that belongs to no activation.</summary>
    public ActivationScheduler System { get; }

    public GrainDirectory Directory { get; }

    public ObserverTable Observers { get; }

    public StreamHub Streams { get; }

    /// <summary>Every silo that ever joined, the dead ones included.</summary>
    public ImmutableArray<SiloNode> Silos => silos;

    public IEnumerable<SiloNode> ActiveSilos => silos.Where(s => s.Status == SiloStatus.Active);

    public bool HasSilos => silos.Any(s => s.Status is SiloStatus.Active or SiloStatus.ShuttingDown);

    public SiloAddress Admit(SiloNode silo)
    {
        lock (gate)
        {
            silos = silos.Add(silo);
            return SiloAddress.New(IPAddress.Loopback, silo.Endpoint.SiloPort, ++lastGeneration);
        }
    }

    public SiloNode? Find(SiloAddress? address) => silos.FirstOrDefault(s => s.Address is { } own && own.Equals(address));

    public void NotifyChanged()
    {
        Driver.Note($"members: {string.Join(", ", silos.Select(s => $"{s.Name} {s.Status}"))}");
        Changed?.Invoke();
    }
}
