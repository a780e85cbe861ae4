namespace OrleansDiffusion.Jobs;

/// <summary>Judges a policy's schedules; field names are those of the REST API.</summary>
public static class PoolScheduleRules
{
    private const int ZoneCharactersMax = 64;

    /// <summary>Everything that is wrong with them; empty when they are fine.</summary>
    public static IReadOnlyList<FieldProblem> Check(PoolPolicy policy)
    {
        List<FieldProblem> problems = [];
        if (policy.Schedules.Count > PoolPolicyRules.ScheduleCountMax)
            problems.Add(new("schedules", $"must be at most {PoolPolicyRules.ScheduleCountMax}, not {policy.Schedules.Count}."));
        for (var i = 0; i < Math.Min(policy.Schedules.Count, PoolPolicyRules.ScheduleCountMax); i++)
            Check(problems, $"schedules[{i}]", policy.Schedules[i], policy.Max);
        return problems;
    }

    private static void Check(List<FieldProblem> problems, string field, PoolSchedule schedule, int max)
    {
        if (schedule.Days == Weekdays.None || (schedule.Days & ~Weekdays.All) != 0)
            problems.Add(new($"{field}.days", "must name at least one day of the week."));
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(schedule.Zone, out _))
            problems.Add(new(
                $"{field}.zone", $"\"{Shown(schedule.Zone)}\" is no time zone that this machine knows; an IANA name such as Europe/Berlin is."));
        if (schedule is { Min: null, Standby: null }) problems.Add(new(field, "must say min, standby, or both."));
        if (schedule.Min is { } min) PoolPolicyRules.Within(problems, $"{field}.min", min, 0, PoolPolicyRules.ReplicaCountMax);
        if (schedule.Standby is { } standby) PoolPolicyRules.Within(problems, $"{field}.standby", standby, 0, PoolPolicyRules.ReplicaCountMax);
        if (schedule.Min > max) problems.Add(new($"{field}.min", $"must not be above max, which is {max}; it is {schedule.Min}."));
    }

    private static string Shown(string text) => text.Length <= ZoneCharactersMax ? text : $"{text[..ZoneCharactersMax]}...";
}
