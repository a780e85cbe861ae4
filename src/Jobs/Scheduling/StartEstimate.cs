namespace OrleansDiffusion.Jobs;

/// <summary>How a job could get onto a device; in the order in which equal starts are preferred.</summary>
public enum StartWay
{
    /// <summary>A ready replica, idle or busy.</summary>
    Ready,

    /// <summary>A replica on its way.</summary>
    Loading,

    /// <summary>A device with room for another replica.</summary>
    FreeRoom,

    /// <summary>A device that has to be provisioned.</summary>
    NewDevice,

    /// <summary>The room of idle replicas that are evicted.</summary>
    Eviction,
}

/// <summary>One way, and what has to happen before the job can start.</summary>
/// <param name="Way">Which.</param>
/// <param name="DeviceFreeInSeconds">Until the device has done what it works on.</param>
/// <param name="QueuedSeconds">Device-seconds of the jobs that go before it there.</param>
/// <param name="ReadyInSeconds">Until the model is on the device: 0 when it is, else what is left of provisioning and load.</param>
public readonly record struct StartOption(StartWay Way, double DeviceFreeInSeconds, double QueuedSeconds, double ReadyInSeconds);

/// <summary>
/// Compares ways to start by when they would. Affinity is in the numbers: a busy replica that is free in 20 seconds beats
/// an idle device that needs 80 to load.
/// </summary>
public static class StartEstimate
{
    /// <summary>Loading goes on beside the device's work; the queue before the job can only begin when both are over.</summary>
    public static double Seconds(in StartOption option) => Math.Max(option.DeviceFreeInSeconds, option.ReadyInSeconds) + option.QueuedSeconds;

    /// <summary>Index of the earliest; of equal ones the better way, then the first. -1 when there is none.</summary>
    public static int Earliest(ReadOnlySpan<StartOption> options)
    {
        var best = -1;
        for (var i = 0; i < options.Length; i++)
            if (best < 0 || IsBetter(options[i], options[best])) best = i;
        return best;
    }

    private static bool IsBetter(in StartOption one, in StartOption other)
    {
        var (start, otherStart) = (Seconds(one), Seconds(other));
        return start < otherStart || (start == otherStart && one.Way < other.Way);
    }
}
