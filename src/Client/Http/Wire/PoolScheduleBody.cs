using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>Other numbers at certain times, such as "min 4 on workdays from 09:00 to 18:00".</summary>
/// <param name="Days">Days on which it begins: monday to sunday, workdays, weekend or all. Default: all.</param>
/// <param name="From">When it begins, by the clock on the wall, such as 09:00. Default 00:00.</param>
/// <param name="To">When it is over; not after from is on the next day, and equal to it is a whole day. Default 00:00.</param>
/// <param name="Zone">IANA name of the time zone, such as Europe/Berlin. Default UTC.</param>
/// <param name="Min">Replicas that stay; absent leaves the policy's.</param>
/// <param name="Standby">Ready replicas with nothing to do; absent leaves the policy's.</param>
public sealed record PoolScheduleBody(
    IReadOnlyList<string>? Days = null, string? From = null, string? To = null, string? Zone = null, int? Min = null, int? Standby = null)
{
    public static PoolScheduleBody Of(PoolSchedule schedule) => new(
        PoolScheduleText.DayNames(schedule.Days), PoolScheduleText.TimeText(schedule.From), PoolScheduleText.TimeText(schedule.To),
        schedule.Zone, schedule.Min, schedule.Standby);

    /// <exception cref="FormatException">A day or a time is none.</exception>
    public PoolSchedule ToSchedule() => new()
    {
        Days = Days is null ? Weekdays.All : Days.Aggregate(Weekdays.None, (days, name) => days | Read(name, PoolScheduleText.ParseDay)),
        From = Read(From ?? "00:00", PoolScheduleText.ParseTime),
        To = Read(To ?? "00:00", PoolScheduleText.ParseTime),
        Zone = Zone ?? new PoolSchedule().Zone,
        Min = Min,
        Standby = Standby,
    };

    private static T Read<T>(string text, Func<string, T?> parse)
        where T : struct => parse(text) ?? throw new FormatException($"\"{text}\" is no day or time of a schedule.");
}
