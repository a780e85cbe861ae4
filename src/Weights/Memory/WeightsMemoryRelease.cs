namespace OrleansDiffusion.Weights;

/// <summary>Releases what leaves the cache before its room is given to others, and passes on what it sees.</summary>
/// <param name="memory">Where models are kept.</param>
/// <param name="next">Is told everything.</param>
public sealed class WeightsMemoryRelease(WeightsMemory memory, IWeightsObserver next) : IWeightsObserver
{
    public void Seen(WeightsEvent what)
    {
        if (what is ModelEvicted evicted) memory.Release(evicted.ManifestDigest);
        next.Seen(what);
    }
}
