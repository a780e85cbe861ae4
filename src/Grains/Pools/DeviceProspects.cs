using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Whether any device of the cluster could hold the model, were it empty. A device that was there a moment ago may only be
/// restarting, and after a power cut silos come up one by one: so a new job is refused at once only when nothing has fitted
/// lately, and an accepted one waits that long before it is given up.
/// </summary>
internal sealed class DeviceProspects(TimeSpan awaited)
{
    private DateTimeOffset? _fittedAt;
    private DateTimeOffset _refusedSince;

    /// <summary>Why none of the devices that are there now could; null when one could, or when none is known.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>A device has the model, or could have it.</summary>
    public void Fits(DateTimeOffset now) => (Refusal, _fittedAt) = (null, now);

    /// <param name="refusal">Null when nothing can be said: no device is known.</param>
    /// <param name="now">To tell how long it has been so.</param>
    public void FitsNone(Refusal? refusal, DateTimeOffset now)
    {
        if (Refusal is null) _refusedSince = now;
        Refusal = refusal;
    }

    /// <summary>Other devices are asked for: what fitted before says nothing any more.</summary>
    public void Forget() => (Refusal, _fittedAt) = (null, null);

    /// <summary>Null when a job that comes now may hope.</summary>
    public Refusal? ForNew(DateTimeOffset now) => _fittedAt is { } at && now - at < awaited ? null : Refusal;

    /// <summary>Null while a job that was accepted may still hope.</summary>
    public Refusal? ForAccepted(DateTimeOffset now) => now - _refusedSince < awaited ? null : Refusal;
}
