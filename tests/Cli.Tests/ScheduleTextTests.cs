using OrleansDiffusion.Cli.Models;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Tests;

public sealed class ScheduleTextTests
{
    [Fact]
    public void A_line_says_days_times_zone_and_numbers() =>
        Assert.Equal(
            new PoolSchedule { Days = Weekdays.Workdays, From = new(9, 0), To = new(18, 0), Zone = "Europe/Berlin", Min = 4, Standby = 2 },
            ScheduleText.Parse("mon-fri 9:00-18:00 Europe/Berlin min=4 standby=2"));

    [Theory]
    [InlineData("all 0:00-0:00 min=1", Weekdays.All)]
    [InlineData("Mon,wed,SUNDAY 0:00-0:00 min=1", Weekdays.Monday | Weekdays.Wednesday | Weekdays.Sunday)]
    [InlineData("sat-mon 0:00-0:00 min=1", Weekdays.Weekend | Weekdays.Monday)]
    [InlineData("tue-tue 0:00-0:00 min=1", Weekdays.Tuesday)]
    [InlineData("weekend,thursday 0:00-0:00 min=1", Weekdays.Weekend | Weekdays.Thursday)]
    public void Days_are_named_listed_or_a_range(string text, Weekdays days) =>
        Assert.Equal(new PoolSchedule { Days = days, Min = 1 }, ScheduleText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("mon-fri")]
    [InlineData("mon-fri 9:00-18:00")]
    [InlineData("mon-fri 9:00-18:00 UTC")]
    [InlineData("someday 9:00-18:00 min=4")]
    [InlineData("mon-fri-sat 9:00-18:00 min=4")]
    [InlineData("workdays-sun 9:00-18:00 min=4")]
    [InlineData(", 9:00-18:00 min=4")]
    [InlineData("all 9:00 min=4")]
    [InlineData("all 9-18 min=4")]
    [InlineData("all 9:00-24:00 min=4")]
    [InlineData("all 9:00-18:00 min=4 UTC")]
    [InlineData("all 9:00-18:00 min=4 min=5")]
    [InlineData("all 9:00-18:00 min=-1")]
    [InlineData("all 9:00-18:00 max=5")]
    [InlineData("all 9:00-18:00 UTC UTC min=5")]
    public void What_is_no_schedule_is_not_read(string text) => Assert.Null(ScheduleText.Parse(text));

    [Fact]
    public void Any_schedule_can_be_read_back()
    {
        for (var i = 1; i <= (int)Weekdays.All; i++)
        {
            var schedule = new PoolSchedule
            {
                Days = (Weekdays)i, From = new(i % 24, i % 60), To = new(i * 5 % 24, i * 7 % 60, i % 3), Zone = i % 2 == 0 ? "UTC" : "America/New_York",
                Min = i % 3 == 0 ? null : i, Standby = i % 3 == 1 ? null : i - 1,
            };
            Assert.Equal(schedule, ScheduleText.Parse(ScheduleText.Of(schedule)));
        }
    }
}
