using System.Collections;

namespace OrleansDiffusion.Jobs;

/// <summary>Days of a week, any number of them.</summary>
[Flags]
public enum Weekdays
{
    None = 0,
    Monday = 1,
    Tuesday = 2,
    Wednesday = 4,
    Thursday = 8,
    Friday = 16,
    Saturday = 32,
    Sunday = 64,
    Workdays = Monday | Tuesday | Wednesday | Thursday | Friday,
    Weekend = Saturday | Sunday,
    All = Workdays | Weekend,
}

/// <summary>More replicas at certain times, such as "min 4 on workdays from 9 to 18".</summary>
public sealed record PoolSchedule
{
    /// <summary>The days on which it begins.</summary>
    public Weekdays Days { get; init; } = Weekdays.All;

    /// <summary>When it begins, by the clock on the wall.</summary>
    public TimeOnly From { get; init; }

    /// <summary>When it is over. Not after <see cref="From"/> means on the next day; equal is a whole day.</summary>
    public TimeOnly To { get; init; }

    /// <summary>IANA name of the time zone, such as Europe/Berlin. Default: UTC.</summary>
    public string Zone { get; init; } = "UTC";

    /// <summary>Replicas that stay; null leaves the policy's.</summary>
    public int? Min { get; init; }

    /// <summary>Ready replicas with nothing to do; null leaves the policy's.</summary>
    public int? Standby { get; init; }

    /// <summary>Whether it is that time; never, where the time zone is not known.</summary>
    public bool IsOn(DateTimeOffset now)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone)) return false;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        if (From < To) return Begins(local.DayOfWeek) && time >= From && time < To;
        return time >= From ? Begins(local.DayOfWeek) : time < To && Begins(DayBefore(local.DayOfWeek));
    }

    private bool Begins(DayOfWeek day) => Days.HasFlag((Weekdays)(1 << (((int)day + 6) % 7)));

    private static DayOfWeek DayBefore(DayOfWeek day) => (DayOfWeek)(((int)day + 6) % 7);
}

/// <summary>Schedules that are equal when all of them are, so that policies can be compared.</summary>
internal sealed class ScheduleList(IEnumerable<PoolSchedule> schedules) : IReadOnlyList<PoolSchedule>, IEquatable<ScheduleList>
{
    private readonly PoolSchedule[] _schedules = [.. schedules];

    public static ScheduleList None { get; } = new([]);

    public int Count => _schedules.Length;

    public PoolSchedule this[int index] => _schedules[index];

    public bool Equals(ScheduleList? other) => other is not null && _schedules.AsSpan().SequenceEqual(other._schedules);

    public override bool Equals(object? obj) => Equals(obj as ScheduleList);

    public override int GetHashCode() => _schedules.Aggregate(0, HashCode.Combine);

    public IEnumerator<PoolSchedule> GetEnumerator() => ((IEnumerable<PoolSchedule>)_schedules).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _schedules.GetEnumerator();
}
