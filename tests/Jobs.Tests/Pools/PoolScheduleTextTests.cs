using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class PoolScheduleTextTests
{
    [Theory]
    [InlineData(Weekdays.All, "all")]
    [InlineData(Weekdays.Workdays | Weekdays.Sunday, "workdays sunday")]
    [InlineData(Weekdays.Weekend, "weekend")]
    [InlineData(Weekdays.Saturday | Weekdays.Monday, "monday saturday")]
    [InlineData(Weekdays.None, "")]
    public void Days_are_said_in_the_fewest_words(Weekdays days, string words) =>
        Assert.Equal(words, string.Join(' ', PoolScheduleText.DayNames(days)));

    [Fact]
    public void Any_days_can_be_read_back()
    {
        for (var days = Weekdays.None; days <= Weekdays.All; days++)
            Assert.Equal(days, PoolScheduleText.DayNames(days).Aggregate(Weekdays.None, (read, name) => read | PoolScheduleText.ParseDay(name)!.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("1")]
    [InlineData("monday, tuesday")]
    public void What_is_no_day_is_not_read(string text) => Assert.Null(PoolScheduleText.ParseDay(text));

    [Theory]
    [InlineData("9:00", "09:00")]
    [InlineData("09:05", "09:05")]
    [InlineData("23:59:58", "23:59:58")]
    [InlineData("00:00:00.25", "00:00:00.25")]
    public void A_time_is_said_as_short_as_it_can_be(string text, string written) =>
        Assert.Equal(written, PoolScheduleText.TimeText(PoolScheduleText.ParseTime(text)!.Value));

    [Theory]
    [InlineData("24:00")]
    [InlineData("9")]
    [InlineData("9:0")]
    [InlineData("9:00 pm")]
    [InlineData("-9:00")]
    public void What_is_no_time_is_not_read(string text) => Assert.Null(PoolScheduleText.ParseTime(text));

    [Fact]
    public void Any_time_can_be_read_back() =>
        Properties.Hold(
            Gen.OneOf(Gen.Choose(0, 1439).Select(minute => minute * TimeSpan.TicksPerMinute), Gen.Choose(0, int.MaxValue).Select(tick => tick * 402L)),
            ticks => Assert.Equal(new TimeOnly(ticks), PoolScheduleText.ParseTime(PoolScheduleText.TimeText(new TimeOnly(ticks)))));
}
