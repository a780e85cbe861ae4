using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

public sealed class LedgerTests
{
    private static readonly DateTimeOffset Zero = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Phases_follow_each_other_without_gaps()
    {
        var ledger = new Ledger(Zero, []);
        ledger.Open("queued", Zero);
        ledger.Open("encode", Zero.AddSeconds(2));
        ledger.Open("steps", Zero.AddSeconds(3));
        ledger.Close(Zero.AddSeconds(7));

        Assert.Equal([new("queued", 0, 2), new("encode", 2, 1), new("steps", 3, 4)], ledger.Read(Zero.AddSeconds(9)));
    }

    [Fact]
    public void An_open_phase_counts_up_to_now()
    {
        var ledger = new Ledger(Zero, []);
        ledger.Open("queued", Zero.AddSeconds(1));

        Assert.Equal([new PhaseTime("queued", 1, 4)], ledger.Read(Zero.AddSeconds(5)));
    }

    [Fact]
    public void Opening_what_is_open_changes_nothing()
    {
        var ledger = new Ledger(Zero, []);
        ledger.Open("queued", Zero);
        ledger.Open("queued", Zero.AddSeconds(1));

        Assert.Equal([new PhaseTime("queued", 0, 2)], ledger.Read(Zero.AddSeconds(2)));
    }

    [Fact]
    public void What_was_stored_before_stays()
    {
        var ledger = new Ledger(Zero, [new("queued", 0, 1)]);
        ledger.Open("encode", Zero.AddSeconds(5));

        Assert.Equal([new("queued", 0, 1), new("encode", 5, 1)], ledger.Read(Zero.AddSeconds(6)));
    }

    [Fact]
    public void A_clock_that_is_set_back_gives_no_negative_times()
    {
        var ledger = new Ledger(Zero, []);
        ledger.Open("queued", Zero.AddSeconds(5));

        Assert.Equal([new PhaseTime("queued", 5, 0)], ledger.Read(Zero));
    }
}
