namespace OrleansDiffusion.Jobs.Tests;

public sealed class ArrivalHistoryTests
{
    [Fact]
    public void The_gap_of_a_level_is_the_time_in_which_so_many_were_not_needed()
    {
        var history = new ArrivalHistory();
        history.Arrived(0);
        history.Arrived(1); // Level 2 is in use from 1 to 5, level 1 from 0 to 9.
        history.Ended(5);
        history.Ended(9);
        Assert.Null(history.Gaps(1));

        history.Arrived(12); // After 3 s.
        history.Arrived(105); // After 100 s.
        Assert.Equal(4, history.Gaps(1)!.Quantile(1), 1e-9);
        Assert.Equal(128, history.Gaps(2)!.Quantile(1), 1e-9);
        Assert.Equal(2, history.DemandCount);
    }

    [Fact]
    public void The_use_of_a_level_is_the_time_in_which_so_many_were_needed()
    {
        var history = new ArrivalHistory();
        history.Arrived(0);
        Assert.Null(history.Uses(1));
        history.Arrived(1); // Level 2 is in use from 1 to 4, level 1 from 0 to 101.
        history.Ended(4);
        Assert.Equal(4, history.Uses(2)!.Quantile(1), 1e-9);
        history.Ended(101);
        Assert.Equal(128, history.Uses(1)!.Quantile(1), 1e-9);
        Assert.Equal((1, 1), (history.Uses(1)!.Count, history.Uses(2)!.Count));
        Assert.Same(history.Uses(2), history.Uses(3));
    }

    [Fact]
    public void A_level_that_has_seen_too_little_has_the_gaps_of_the_one_below()
    {
        var history = new ArrivalHistory();
        for (var i = 0; i < 10; i++)
        {
            history.Arrived(i * 10);
            history.Ended((i * 10) + 7);
        }

        Assert.Same(history.Gaps(1), history.Gaps(5));
        Assert.Null(history.Gaps(5, countMin: 100));
    }

    [Fact]
    public void Rest_is_counted_from_the_last_end_of_the_level()
    {
        var history = new ArrivalHistory();
        Assert.Null(history.RestSeconds(50));
        history.Arrived(50);
        history.Arrived(51);
        Assert.Equal(0, history.RestSeconds(60));
        history.Ended(60);
        Assert.Equal(0, history.RestSeconds(70));
        Assert.Equal(10, history.RestSeconds(70, level: 2));
        Assert.Null(history.RestSeconds(70, level: 3));
        history.Ended(80);
        Assert.Equal(20, history.RestSeconds(100));
    }

    [Fact]
    public void An_end_too_many_changes_nothing()
    {
        var history = new ArrivalHistory();
        history.Ended(5);
        Assert.Equal(0, history.DemandCount);
        Assert.Null(history.RestSeconds(6));
    }

    [Fact]
    public void A_history_of_spans_is_that_of_who_saw_them()
    {
        var seen = new ArrivalHistory();
        seen.Arrived(10); // 10 to 40, 20 to 30, 30 to 50: at 30 one goes as another comes, and level 3 is in use for no time.
        seen.Arrived(20);
        seen.Arrived(30);
        seen.Ended(30);
        seen.Ended(40);
        seen.Ended(50);

        var told = ArrivalHistory.Of([(30, 50), (10, 40), (20, 30)], nowSeconds: 60);

        Assert.Equal(0, told.DemandCount);
        foreach (var level in (int[])[1, 2, 3])
        {
            Assert.Equal(seen.RestSeconds(70, level), told.RestSeconds(70, level));
            Assert.Equal(seen.Uses(level)!.Count, told.Uses(level)!.Count);
        }

        Assert.Null(told.RestSeconds(70, 4));
    }

    [Fact]
    public void What_ended_by_a_clock_that_goes_ahead_ended_just_now()
    {
        var told = ArrivalHistory.Of([(10, 1000)], nowSeconds: 60);
        Assert.Equal(5, told.RestSeconds(65));
    }

    [Fact]
    public void Levels_beyond_the_last_do_no_harm()
    {
        var history = new ArrivalHistory();
        for (var i = 0; i < 2000; i++) history.Arrived(i);
        for (var i = 0; i < 2000; i++) history.Ended(2000 + i);
        history.Arrived(5000);
        Assert.Equal(1, history.Gaps(1, countMin: 1)!.Count, 1e-9);
        Assert.Same(history.Gaps(1), history.Gaps(100_000));
    }
}
