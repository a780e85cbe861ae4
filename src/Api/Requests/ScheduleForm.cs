using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Requests;

/// <summary>One of a policy's schedules. What cannot be read becomes something that is fine, so that no field is told of twice.</summary>
internal static class ScheduleForm
{
    public static PoolSchedule Read(JsonForm form) => new()
    {
        Days = Days(form),
        From = Time(form, "from"),
        To = Time(form, "to"),
        Zone = form.Text("zone") ?? new PoolSchedule().Zone,
        Min = form.Integer("min") ?? (form.Has("min") ? 0 : null),
        Standby = form.Integer("standby") ?? (form.Has("standby") ? 0 : null),
    };

    private static Weekdays Days(JsonForm form)
    {
        if (form.List("days") is not { } names) return Weekdays.All;
        var days = Weekdays.None;
        foreach (var name in names)
        {
            if (PoolScheduleText.ParseDay(name) is { } day) days |= day;
            else return Wrong(form, "days", $"must each be {PoolScheduleText.DayRule}, not \"{FieldNames.Shortened(name)}\".", Weekdays.All);
        }

        return days;
    }

    private static TimeOnly Time(JsonForm form, string name)
    {
        if (form.Text(name) is not { } text) return TimeOnly.MinValue;
        return PoolScheduleText.ParseTime(text)
            ?? Wrong(form, name, $"must be {PoolScheduleText.TimeRule}, not \"{FieldNames.Shortened(text)}\".", TimeOnly.MinValue);
    }

    private static T Wrong<T>(JsonForm form, string name, string message, T instead)
    {
        form.Reject(name, message);
        return instead;
    }
}
