namespace OrleansDiffusion.Jobs;

/// <summary>How far the weights of a load have arrived, and from where.</summary>
/// <param name="TotalBytes">Of the model.</param>
/// <param name="CacheBytes">What was on this silo's disk before.</param>
/// <param name="PeerBytes">What other silos gave.</param>
/// <param name="OriginBytes">What the origin gave.</param>
/// <param name="Seconds">From the load's first look at them until the last byte that has come.</param>
public sealed record LoadedWeights(long TotalBytes, long CacheBytes, long PeerBytes, long OriginBytes, double Seconds = 0)
{
    public long ArrivedBytes => CacheBytes + PeerBytes + OriginBytes;

    public override string ToString() =>
        $"{Mebibytes(ArrivedBytes)} of {Mebibytes(TotalBytes)} MiB ({Mebibytes(CacheBytes)} here, {Mebibytes(PeerBytes)} from silos,"
        + $" {Mebibytes(OriginBytes)} from the origin)";

    private static string Mebibytes(long bytes) => (bytes / (double)(1 << 20)).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture);
}
