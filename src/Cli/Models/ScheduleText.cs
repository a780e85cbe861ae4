using System.Globalization;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Models;

/// <summary>Schedules in one line: "mon-fri 9:00-18:00 Europe/Berlin min=4 standby=2".</summary>
internal static class ScheduleText
{
    /// <summary>What a line must be, for messages.</summary>
    public const string Rule =
        "DAYS FROM-TO [ZONE] and min=N, standby=N or both, such as \"mon-fri 9:00-18:00 Europe/Berlin min=4\"; "
        + "days are mon to sun, mon-fri, mon,wed, workdays, weekend or all";

    private static readonly Weekdays[] Week = [.. Enumerable.Range(0, 7).Select(i => (Weekdays)(1 << i))];

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public static string Of(PoolSchedule schedule)
    {
        var days = string.Join(',', PoolScheduleText.DayNames(schedule.Days));
        var times = $"{PoolScheduleText.TimeText(schedule.From)}-{PoolScheduleText.TimeText(schedule.To)}";
        string?[] words = [days, times, schedule.Zone, Number("min", schedule.Min), Number("standby", schedule.Standby)];
        return string.Join(' ', words.OfType<string>());
    }

    /// <summary>Null when it cannot be read; whether the numbers and the zone are good is judged with the whole policy.</summary>
    public static PoolSchedule? Parse(string text)
    {
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var days, var times, .. var others]) return null;
        if (ParseDays(days) is not { } read || times.Split('-') is not [var from, var to]) return null;
        if (PoolScheduleText.ParseTime(from) is not { } begin || PoolScheduleText.ParseTime(to) is not { } end) return null;
        PoolSchedule? schedule = new() { Days = read, From = begin, To = end };
        for (var i = 0; i < others.Length && schedule is not null; i++) schedule = With(schedule, others[i], isFirst: i == 0);
        return schedule is { Min: null, Standby: null } ? null : schedule;
    }

    private static PoolSchedule? With(PoolSchedule schedule, string word, bool isFirst) => word.Split('=') switch
    {
        ["min", var count] when schedule.Min is null && Count(count) is { } min => schedule with { Min = min },
        ["standby", var count] when schedule.Standby is null && Count(count) is { } standby => schedule with { Standby = standby },
        [_] when isFirst => schedule with { Zone = word },
        _ => null,
    };

    private static Weekdays? ParseDays(string text)
    {
        var days = Weekdays.None;
        foreach (var part in text.Split(','))
        {
            if (ParseRange(part) is not { } range) return null;
            days |= range;
        }

        return days;
    }

    /// <summary>One word, or two of the week with all between; sat-mon goes over the end of the week.</summary>
    private static Weekdays? ParseRange(string text)
    {
        if (text.Split('-') is not [var first, var last]) return ParseDay(text);
        var (i, end) = (Array.IndexOf(Week, ParseDay(first) ?? 0), Array.IndexOf(Week, ParseDay(last) ?? 0));
        if (i < 0 || end < 0) return null;
        var days = Week[i];
        while (i != end) days |= Week[i = (i + 1) % Week.Length];
        return days;
    }

    private static Weekdays? ParseDay(string text)
    {
        if (PoolScheduleText.ParseDay(text) is { } named) return named;
        var day = Array.FindIndex(Week, day => text.Length == 3 && day.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase));
        return day < 0 ? null : Week[day];
    }

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static string? Number(string name, int? value) => value is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name}={number}") : null;
}
