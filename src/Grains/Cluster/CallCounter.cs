using System.Collections.Concurrent;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

/// <summary>Counts the calls that this silo's own grains answer, and how long they take. Only the product's grains: no extensions, no system.</summary>
internal sealed class CallCounter(TimeProvider time) : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<Type, GrainCalls> _byClass = new();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain?.GetType() is not { } grain || !IsOurs(context))
        {
            await context.Invoke();
            return;
        }

        var calls = _byClass.GetOrAdd(grain, _ => new GrainCalls(time));
        var startedAt = time.GetTimestamp();
        var hasFailed = true;
        try
        {
            await context.Invoke();
            hasFailed = false;
        }
        finally
        {
            calls.Ended(time.GetElapsedTime(startedAt), hasFailed);
        }
    }

    public GrainCallCounts[] Read() => [.. _byClass.Select(pair => pair.Value.Read(GrainNames.OfClass(pair.Key.Name)))];

    private static bool IsOurs(IIncomingGrainCallContext context) =>
        context.InterfaceMethod?.DeclaringType?.Namespace == typeof(IJobGrain).Namespace;
}

/// <summary>Calls of one grain class. The latencies of the last minute are kept as two half minutes, the older of which goes.</summary>
internal sealed class GrainCalls(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private int[] _now = new int[LatencyBuckets.Count];
    private int[] _before = new int[LatencyBuckets.Count];
    private long _windowStartedAt = time.GetTimestamp();
    private long _count;
    private long _failureCount;
    private double _secondsTotal;

    public void Ended(TimeSpan took, bool hasFailed)
    {
        lock (_gate)
        {
            Turn();
            _now[LatencyBuckets.Of(took)]++;
            _count++;
            if (hasFailed) _failureCount++;
            _secondsTotal += took.TotalSeconds;
        }
    }

    public GrainCallCounts Read(string name)
    {
        lock (_gate)
        {
            Turn();
            return new(name, _count, _failureCount, _secondsTotal, [.. _now.Zip(_before, (a, b) => a + b)]);
        }
    }

    private void Turn()
    {
        var age = time.GetElapsedTime(_windowStartedAt);
        if (age < Window) return;
        _before = age < 2 * Window ? _now : new int[LatencyBuckets.Count];
        _now = new int[LatencyBuckets.Count];
        _windowStartedAt = time.GetTimestamp();
    }
}
