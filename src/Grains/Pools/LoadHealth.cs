using System.Globalization;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Whether a model may be loaded now. After a failure it waits, longer each time; after too many the model is
/// quarantined, and then gets one attempt at a time.
/// </summary>
internal sealed class LoadHealth(string model, RetryPlan plan, TimeSpan quarantine)
{
    private DateTimeOffset _notBefore;
    private string? _lastReason;

    public int FailureCount { get; private set; }

    public void Loaded() => (FailureCount, _lastReason) = (0, null);

    public void Failed(string reason, DateTimeOffset now)
    {
        FailureCount++;
        _lastReason = reason;
        var pause = plan.MayRetry(FailureCount) ? plan.DelayBefore(FailureCount, Chance.Of(model, FailureCount)) : quarantine;
        _notBefore = now + pause;
    }

    /// <summary>The model was replaced or its policy changed: what failed before says nothing any more.</summary>
    public void Forget() => (FailureCount, _lastReason, _notBefore) = (0, null, default);

    /// <summary>Null when the model may be loaded now.</summary>
    public string? MayNotLoadBecause(DateTimeOffset now)
    {
        if (_lastReason is null || now >= _notBefore) return null;
        var seconds = Math.Ceiling((_notBefore - now).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return $"loading failed {FailureCount} times, next attempt in {seconds} s: {_lastReason}";
    }

    /// <summary>It failed too often: what waits for it, waits in vain.</summary>
    public Refusal? Quarantined(DateTimeOffset now) =>
        _lastReason is null || plan.MayRetry(FailureCount) || now >= _notBefore
            ? null
            : new(ErrorCode.ModelInvalid, $"{model} could not be loaded in {FailureCount} attempts: {_lastReason}") { RetryAfter = _notBefore - now };
}
