using System.Globalization;

namespace OrleansDiffusion.Jobs;

/// <summary>Days and times of schedules as people write them.</summary>
public static class PoolScheduleText
{
    /// <summary>What a time must be, for messages.</summary>
    public const string TimeRule = "a time of the day from 00:00 to 23:59, such as 09:00";

    /// <summary>Together first, then one by one, in the order of the week.</summary>
    private static readonly Weekdays[] Names =
    [
        Weekdays.All, Weekdays.Workdays, Weekdays.Weekend, Weekdays.Monday, Weekdays.Tuesday, Weekdays.Wednesday, Weekdays.Thursday,
        Weekdays.Friday, Weekdays.Saturday, Weekdays.Sunday,
    ];

    private static readonly string[] TimeFormats = ["H:mm", "H:mm:ss", "H:mm:ss.FFFFFFF"];

    /// <summary>What a day may be called, for messages.</summary>
    public static string DayRule { get; } = $"one of {string.Join(", ", Names.Select(Word))}";

    /// <summary>The fewest words that say it; every word is one that <see cref="ParseDay"/> reads.</summary>
    public static IReadOnlyList<string> DayNames(Weekdays days)
    {
        List<string> words = [];
        foreach (var name in Names)
        {
            if ((days & name) != name) continue;
            words.Add(Word(name));
            days &= ~name;
        }

        return words;
    }

    /// <summary>monday to sunday, workdays, weekend or all, without regard to case; null when it is none of them.</summary>
    public static Weekdays? ParseDay(string text)
    {
        foreach (var name in Names)
            if (text.Equals(name.ToString(), StringComparison.OrdinalIgnoreCase)) return name;
        return null;
    }

    /// <summary>As 09:00, with seconds and their parts only where there are some.</summary>
    public static string TimeText(TimeOnly time)
    {
        var format = time.Ticks % TimeSpan.TicksPerMinute == 0 ? "HH:mm" : "HH:mm:ss.FFFFFFF";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Null when it is no time of a day.</summary>
    public static TimeOnly? ParseTime(string text) =>
        TimeOnly.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static string Word(Weekdays name) => name.ToString().ToLowerInvariant();
}
