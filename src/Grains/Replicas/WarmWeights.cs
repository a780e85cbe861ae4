namespace OrleansDiffusion.Grains;

/// <summary>
/// The model versions whose weights this silo has read since it started, newest first: their files are here, and the
/// operating system probably still has them in memory. A hint for placement, nothing more.
/// </summary>
internal sealed class WarmWeights
{
    /// <summary>More than a machine's memory holds of real models; the oldest is forgotten.</summary>
    public const int CountMax = 32;

    private volatile string[] _newest = [];

    /// <summary>Replaced as a whole by every read, so it may be kept.</summary>
    public IReadOnlyList<string> Newest => _newest;

    public void Read(string version)
    {
        string[] before, after;
        do
        {
            before = _newest;
            after = [version, .. before.Where(other => other != version).Take(CountMax - 1)];
        }
        while (Interlocked.CompareExchange(ref _newest, after, before) != before);
    }
}
