using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Grains;

/// <summary>Who offers one import, and who makes it. It answers at once and calls nobody but the membership's memory.</summary>
/// <param name="isDead">What the membership says of a silo.</param>
internal sealed class ImportBoard(Func<string, bool> isDead)
{
    private readonly Dictionary<string, (ImportOffer Offer, DateTimeOffset At)> _offers = new(StringComparer.Ordinal);
    private (string SiloId, DateTimeOffset At)? _claim;

    /// <summary>After that, another silo may import what one has begun: the largest models take some minutes.</summary>
    public static TimeSpan ClaimMax { get; } = TimeSpan.FromMinutes(30);

    /// <summary>A silo that was not heard for so long is not asked. Silos say it at least every third of it.</summary>
    public static TimeSpan SilenceMax => ChunkTracker.SilenceMax;

    public void Offer(ImportOffer offer, DateTimeOffset now) => _offers[offer.SiloId] = (offer, now);

    /// <summary>
    /// Builds with another runtime may make other bytes of the same model: the manifest that most silos have goes first, so
    /// that silos which ask take the same one.
    /// </summary>
    public ImportOffer[] Find(DateTimeOffset now)
    {
        Forget(now);
        return
        [
            .. _offers.Values.Select(held => held.Offer).GroupBy(offer => offer.ManifestDigest)
                .OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal)
                .SelectMany(same => same.OrderBy(offer => offer.SiloId, StringComparer.Ordinal)),
        ];
    }

    public bool Claim(string siloId, DateTimeOffset now)
    {
        Forget(now);
        if (_offers.Count > 0 || (_claim is { } claim && claim.SiloId != siloId)) return false;
        _claim = (siloId, now);
        return true;
    }

    public void Leave(string siloId)
    {
        if (_claim?.SiloId == siloId) _claim = null;
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (silo, held) in _offers.ToList())
            if (now - held.At > SilenceMax || isDead(silo)) _offers.Remove(silo);
        if (_claim is { } claim && (now - claim.At > ClaimMax || isDead(claim.SiloId))) _claim = null;
    }
}
