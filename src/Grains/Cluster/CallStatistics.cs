using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

/// <summary>Adds up what the silos count of their grains' calls.</summary>
internal sealed class CallStatistics
{
    private readonly Dictionary<string, IReadOnlyList<GrainCallCounts>> _bySilo = new(StringComparer.Ordinal);

    public void Heard(string siloId, IReadOnlyList<GrainCallCounts> calls) => _bySilo[siloId] = calls;

    public void Lost(string siloId) => _bySilo.Remove(siloId);

    /// <param name="activationsByName">Living activations in the whole cluster, by the grains' short names.</param>
    public GrainTypeStatistics[] Read(IReadOnlyDictionary<string, int> activationsByName) =>
        [.. _bySilo.Values.SelectMany(calls => calls).GroupBy(calls => calls.GrainType)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Sum(group.Key, activationsByName.GetValueOrDefault(group.Key), [.. group]))];

    private static GrainTypeStatistics Sum(string name, int activations, IReadOnlyList<GrainCallCounts> parts)
    {
        var calls = parts.Sum(part => part.Calls);
        var latest = Enumerable.Range(0, LatencyBuckets.Count).Select(bucket => parts.Sum(part => (long)part.LatestByLatency[bucket])).ToList();
        var meanMilliseconds = calls == 0 ? 0 : parts.Sum(part => part.SecondsTotal) / calls * 1000;
        return new(name, activations, calls, parts.Sum(part => part.Failures), meanMilliseconds, LatencyBuckets.PercentileMilliseconds(latest, 0.99));
    }
}
