using System.Globalization;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Whether a model may be loaded now. After a failure it waits, longer each time; after too many the model is
/// quarantined, and then gets one attempt at a time. So is one whose jobs take their devices down with them.
/// </summary>
internal sealed class LoadHealth(string model, RetryPlan plan, TimeSpan quarantine)
{
    private DateTimeOffset _notBefore;
    private string? _lastReason;
    private bool _isPoisoned;

    public int FailureCount { get; private set; }

    private bool IsQuarantined => _isPoisoned || (_lastReason is not null && !plan.MayRetry(FailureCount));

    public void Loaded()
    {
        if (!_isPoisoned) (FailureCount, _lastReason) = (0, null); // Loading was never what was wrong with it.
    }

    public void Failed(string reason, DateTimeOffset now)
    {
        FailureCount++;
        if (_isPoisoned) return;
        _lastReason = reason;
        var pause = plan.MayRetry(FailureCount) ? plan.DelayBefore(FailureCount, Chance.Of(model, FailureCount)) : quarantine;
        _notBefore = now + pause;
    }

    public void Poisoned(string reason, DateTimeOffset now) => (_isPoisoned, _lastReason, _notBefore) = (true, reason, now + quarantine);

    /// <summary>The model was replaced or its policy changed: what failed before says nothing any more.</summary>
    public void Forget() => (FailureCount, _lastReason, _notBefore, _isPoisoned) = (0, null, default, false);

    /// <summary>Null when the model may be loaded now.</summary>
    public string? MayNotLoadBecause(DateTimeOffset now)
    {
        if (_isPoisoned && now >= _notBefore) Forget();
        if (_lastReason is null || now >= _notBefore) return null;
        var seconds = Math.Ceiling((_notBefore - now).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var what = _isPoisoned ? "left alone" : $"loading failed {FailureCount} times";
        return $"{what}, next attempt in {seconds} s: {_lastReason}";
    }

    /// <summary>It failed too often: what waits for it, waits in vain.</summary>
    public Refusal? Quarantined(DateTimeOffset now)
    {
        if (MayNotLoadBecause(now) is null || !IsQuarantined) return null;
        var (code, what) = _isPoisoned
            ? (ErrorCode.NotReady, "is left alone for a while")
            : (ErrorCode.ModelInvalid, $"could not be loaded in {FailureCount} attempts");
        return new(code, $"{model} {what}: {_lastReason}") { RetryAfter = _notBefore - now };
    }
}
