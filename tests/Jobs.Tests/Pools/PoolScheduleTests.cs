using System.Text.Json;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class PoolScheduleTests
{
    private static readonly PoolSchedule Office = new()
    {
        Days = Weekdays.Workdays, From = new(9, 0), To = new(18, 0), Zone = "Europe/Berlin", Min = 4,
    };

    [Theory]
    [InlineData("2026-03-02T07:59:59Z", false)] // A Monday in winter: 8:59:59 in Berlin.
    [InlineData("2026-03-02T08:00:00Z", true)]
    [InlineData("2026-03-02T16:59:59Z", true)]
    [InlineData("2026-03-02T17:00:00Z", false)]
    [InlineData("2026-07-06T07:00:00Z", true)] // In summer an hour earlier.
    [InlineData("2026-07-06T16:00:00Z", false)]
    [InlineData("2026-03-01T12:00:00Z", false)] // A Sunday.
    public void It_is_on_by_the_clock_and_the_calendar_of_its_zone(string now, bool isOn) =>
        Assert.Equal(isOn, Office.IsOn(At(now)));

    [Theory]
    [InlineData("2026-03-06T21:59:00Z", false)]
    [InlineData("2026-03-06T22:00:00Z", true)] // Friday night...
    [InlineData("2026-03-07T05:59:00Z", true)] // ...into Saturday.
    [InlineData("2026-03-07T06:00:00Z", false)]
    [InlineData("2026-03-07T23:00:00Z", false)] // Saturday night does not begin on a Friday.
    public void A_night_belongs_to_the_day_on_which_it_begins(string now, bool isOn) =>
        Assert.Equal(isOn, new PoolSchedule { Days = Weekdays.Friday, From = new(22, 0), To = new(6, 0), Min = 1 }.IsOn(At(now)));

    [Fact]
    public void Equal_ends_are_a_whole_day()
    {
        var sunday = new PoolSchedule { Days = Weekdays.Sunday, Min = 1 };
        Assert.True(sunday.IsOn(At("2026-03-01T00:00:00Z")));
        Assert.True(sunday.IsOn(At("2026-03-01T23:59:59Z")));
        Assert.False(sunday.IsOn(At("2026-03-02T00:00:00Z")));
    }

    [Fact]
    public void Of_several_the_highest_number_counts_and_the_maximum_stays()
    {
        var policy = new PoolPolicy
        {
            Min = 1, Max = 5, Standby = 1,
            Schedules = [Office with { Standby = 0 }, Office with { Min = 9 }, Office with { Days = Weekdays.Weekend, Min = null, Standby = 3 }],
        };
        Assert.Equal((5, 0), (policy.At(At("2026-03-02T12:00:00Z")).Min, policy.At(At("2026-03-02T12:00:00Z")).Standby));
        Assert.Equal((1, 3), (policy.At(At("2026-03-01T12:00:00Z")).Min, policy.At(At("2026-03-01T12:00:00Z")).Standby));
        Assert.Same(policy, policy.At(At("2026-03-02T20:00:00Z")));
    }

    [Fact]
    public void A_plan_keeps_to_the_schedule()
    {
        var situation = new PoolSituation { Policy = new() { Schedules = [Office] }, Now = At("2026-03-02T12:00:00Z"), Replicas = [] };
        Assert.Equal(4, WarmPoolPolicy.Decide(situation).AddCount);
        Assert.Equal(1, WarmPoolPolicy.Decide(situation with { Now = At("2026-03-02T20:00:00Z") }).AddCount);
    }

    [Fact]
    public void Policies_with_equal_schedules_are_equal_and_survive_JSON()
    {
        var policy = new PoolPolicy { Schedules = [Office] };
        Assert.Equal(policy, new PoolPolicy { Schedules = [Office with { }] });
        Assert.NotEqual(policy, new PoolPolicy());
        Assert.Equal(policy, JsonSerializer.Deserialize<PoolPolicy>(JsonSerializer.Serialize(policy)));
        Assert.Equal(new PoolPolicy(), JsonSerializer.Deserialize<PoolPolicy>("{}"));
        Assert.Equal(new PoolPolicy(), JsonSerializer.Deserialize<PoolPolicy>("""{"Schedules": null}"""));
    }

    [Fact]
    public void Everything_that_is_wrong_is_listed_at_once()
    {
        var policy = new PoolPolicy
        {
            Max = 3, KeepAliveQuantile = 2, KeepAliveMax = TimeSpan.FromDays(8), WaitWorth = double.NaN,
            Schedules = [new() { Days = Weekdays.None, Zone = "Berlin" }, Office with { Standby = -1 }],
        };
        Assert.Equal(
            [
                "keep_alive_quantile", "keep_alive_max_seconds", "wait_worth", "schedules[0].days", "schedules[0].zone", "schedules[0]",
                "schedules[1].standby", "schedules[1].min",
            ],
            PoolPolicyRules.Check(policy).Select(problem => problem.Field));
        Assert.Contains(
            new FieldProblem("schedules[0].zone", "\"Berlin\" is no time zone that this machine knows; an IANA name such as Europe/Berlin is."),
            PoolPolicyRules.Check(policy));
    }

    [Fact]
    public void A_zone_that_is_not_known_is_never_on() => Assert.False((Office with { Zone = "Atlantis" }).IsOn(At("2026-03-02T12:00:00Z")));

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);
}
