using System.Globalization;

namespace OrleansDiffusion.Jobs;

/// <summary>Says no early, with the reason and when to come back, rather than letting a job wait for what will not come.</summary>
public static class Admission
{
    public static readonly TimeSpan RetryAfterMin = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromHours(1);

    /// <summary>When nothing runs yet, so that nobody knows how fast the queue will move.</summary>
    public static readonly TimeSpan RetryAfterUnknown = TimeSpan.FromSeconds(30);

    /// <summary>Null when the queue takes one more job.</summary>
    /// <param name="queuedCount">Jobs waiting.</param>
    /// <param name="queueCountMax">The bound.</param>
    /// <param name="drainSeconds">Seconds until the last waiting job would start; null when no replica serves the queue.</param>
    public static Refusal? ToQueue(int queuedCount, int queueCountMax, double? drainSeconds)
    {
        if (queuedCount < queueCountMax) return null;

        // A tenth of the queue: soon enough to be useful, late enough that callers do not fight over each single place.
        var retryAfter = drainSeconds is { } seconds ? Within(seconds / 10) : RetryAfterUnknown;
        return new(ErrorCode.QueueFull, $"{queuedCount} jobs wait for this model, which is the most it takes.") { RetryAfter = retryAfter };
    }

    /// <summary>Null when the job would be done by its deadline, as far as anybody knows.</summary>
    /// <param name="deadlineSeconds">From now; null for none.</param>
    /// <param name="etaSeconds">When it would be done; null when nothing was measured yet.</param>
    public static Refusal? ToDeadline(double? deadlineSeconds, double? etaSeconds)
    {
        if (deadlineSeconds is not { } deadline || etaSeconds is not { } eta || eta <= deadline) return null;
        return new(ErrorCode.DeadlineUnmet, Text($"The pictures would be there in about {Math.Ceiling(eta):0} s, the deadline is in {deadline:0.#} s."))
        {
            RetryAfter = Within(eta - deadline),
            Eta = TimeSpan.FromSeconds(eta),
        };
    }

    /// <summary>Null when the tenant may have one more job.</summary>
    /// <param name="limits">What it may use.</param>
    /// <param name="use">What it uses.</param>
    /// <param name="costSeconds">Predicted device-seconds of the new job.</param>
    /// <param name="now">To tell when the day ends.</param>
    public static Refusal? ToTenant(TenantLimits limits, TenantUse use, double costSeconds, DateTimeOffset now)
    {
        if (use.UnfinishedCount >= limits.UnfinishedCountMax)
        {
            var meanSeconds = use.UnfinishedCount == 0 ? 0 : use.UnfinishedCostSeconds / use.UnfinishedCount;
            var message = Text($"{use.UnfinishedCount} of your jobs are unfinished; at most {limits.UnfinishedCountMax} may be.");
            return new(ErrorCode.QuotaExceeded, message) { RetryAfter = Within(meanSeconds) };
        }

        return limits.DeviceSecondsPerDayMax is { } secondsMax ? ToDay(secondsMax, use, costSeconds, now) : null;
    }

    /// <summary>Null when some device could hold the model were it empty, or when no device is known yet.</summary>
    public static Refusal? ToDevices(ModelEntry model, IReadOnlyCollection<DeviceStatus> devices) =>
        devices.Any(device => model.Policy.Needs.AreMetBy(device) && model.MemoryOn(device.Provider) <= device.MemoryBytes)
            ? null
            : ToDevices(model.Name, model.MemoryBytes, model.Policy.Needs, devices);

    /// <summary>As the other, of a model that needs as much on any kind of device.</summary>
    public static Refusal? ToDevices(string model, long memoryBytes, DeviceNeeds needs, IReadOnlyCollection<DeviceStatus> devices)
    {
        if (devices.Count == 0) return null;
        if (DeviceKinds.MissingBecause(needs, devices) is { } missing)
            return new(ErrorCode.DoesNotFit, $"{model} needs a {needs}: {missing}.");

        var largest = devices.Where(needs.AreMetBy).OrderByDescending(device => device.MemoryBytes)
            .ThenBy(device => device.SiloId, StringComparer.Ordinal).ThenBy(device => device.DeviceId, StringComparer.Ordinal).First();
        if (memoryBytes <= largest.MemoryBytes) return null;
        return new(
            ErrorCode.DoesNotFit,
            $"{model} needs {ByteText.Of(memoryBytes)} of device memory; "
            + $"the largest {needs} is {largest.DeviceId} on {largest.SiloId} with {ByteText.Of(largest.MemoryBytes)}.");
    }

    private static Refusal? ToDay(double secondsMax, TenantUse use, double costSeconds, DateTimeOffset now)
    {
        var taken = use.DeviceSecondsToday + use.UnfinishedCostSeconds;
        if (taken + costSeconds <= secondsMax) return null;

        var left = Math.Max(0, secondsMax - taken);
        var message = Text($"This job needs about {costSeconds:0.#} device-seconds; {left:0.#} of {secondsMax:0.#} are left today.");
        var tomorrow = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        return new(ErrorCode.QuotaExceeded, message) { RetryAfter = costSeconds <= secondsMax ? tomorrow - now : null };
    }

    private static TimeSpan Within(double seconds) =>
        TimeSpan.FromSeconds(Math.Ceiling(Math.Clamp(seconds, RetryAfterMin.TotalSeconds, RetryAfterMax.TotalSeconds)));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
