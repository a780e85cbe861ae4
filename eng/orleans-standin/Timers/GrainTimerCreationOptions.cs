using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>When a grain timer fires, and what it may meet.</summary>
public readonly struct GrainTimerCreationOptions()
{
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>From registration to the first call; <see cref="Timeout.InfiniteTimeSpan"/>: never by itself.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>From the end of one call to the start of the next; <see cref="Timeout.InfiniteTimeSpan"/>: only one call.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>The callback may run between the turns of a running request. Default: false, it waits like a request.</summary>
    public bool Interleave { get; init; }

    /// <summary>A call counts as use, so that the activation is not collected. Default: false.</summary>
    public bool KeepAlive { get; init; }
}
