using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A machine's weights cache. Its disk outlives the process, its memory does not; what is fetched takes a while.</summary>
internal sealed class Shelf(TimeProvider time, Witness witness) : IHeldWeights
{
    /// <summary>Every model takes the same.</summary>
    public const long ImportBytes = 100;

    /// <summary>Fewer than the models of some plans.</summary>
    public const long DiskBytes = 3 * ImportBytes;

    public const long MemoryBytes = ImportBytes;

    private static readonly TimeSpan FetchTime = TimeSpan.FromSeconds(3);

    private readonly SortedDictionary<string, WeightsTier> _held = new(StringComparer.Ordinal);
    private readonly HashSet<string> _coming = new(StringComparer.Ordinal);
    private int _startCount;

    public SiloWeights Weights => new()
    {
        DiskBytes = DiskBytes,
        MemoryBytes = MemoryBytes,
        Held = [.. _held.Select(held => new HeldWeights(held.Key, ImportBytes, held.Value))],
    };

    /// <summary>A new process finds what is on the disk, and nothing in memory or on its way.</summary>
    public void Start()
    {
        _startCount++;
        _coming.Clear();
        foreach (var name in _held.Keys.ToList()) _held[name] = WeightsTier.Disk;
    }

    /// <summary>A replica needs it: whatever is wanted ahead makes room.</summary>
    public void Load(ModelEntry model) => Put($"{model.Version}-cpu");

    public void Want(WeightsOrders orders)
    {
        witness.Ordered(orders);
        foreach (var name in _held.Keys.ToList()) _held[name] = orders.Memory.Contains(name) ? WeightsTier.Memory : WeightsTier.Disk;
        foreach (var name in orders.Disk.Where(name => !_held.ContainsKey(name) && _coming.Add(name))) Fetch(name);
    }

    private void Fetch(string name)
    {
        var startCount = _startCount;
        time.Do(FetchTime, () =>
        {
            if (startCount != _startCount) return; // The process that wanted it is gone.
            _coming.Remove(name);
            Put(name);
        });
    }

    private void Put(string name)
    {
        if (!_held.TryAdd(name, WeightsTier.Disk)) return;
        while (_held.Count * ImportBytes > DiskBytes) _held.Remove(_held.Keys.First(other => other != name));
    }
}
