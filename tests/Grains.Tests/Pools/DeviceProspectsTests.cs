using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>When "no device could" is said, minute by minute.</summary>
public sealed class DeviceProspectsTests
{
    private static readonly Refusal None = new(ErrorCode.DoesNotFit, "no device is cuda");
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DeviceProspects _prospects = new(TimeSpan.FromMinutes(5));

    [Fact]
    public void Who_knows_of_no_device_refuses_nobody()
    {
        _prospects.FitsNone(null, At(0));
        Assert.Null(_prospects.ForNew(At(99)));
        Assert.Null(_prospects.ForAccepted(At(99)));
    }

    [Fact]
    public void What_never_fitted_is_refused_at_once_and_what_was_accepted_waits()
    {
        _prospects.FitsNone(None, At(0));
        _prospects.FitsNone(None, At(4));

        Assert.Same(None, _prospects.ForNew(At(0)));
        Assert.Null(_prospects.ForAccepted(At(4.9)));
        Assert.Same(None, _prospects.ForAccepted(At(5)));
    }

    [Fact]
    public void What_fitted_lately_is_expected_back()
    {
        _prospects.Fits(At(0));
        _prospects.FitsNone(None, At(1));

        Assert.Same(None, _prospects.Refusal);
        Assert.Null(_prospects.ForNew(At(4.9)));
        Assert.Same(None, _prospects.ForNew(At(5)));
        Assert.Null(_prospects.ForAccepted(At(5.9)));
        Assert.Same(None, _prospects.ForAccepted(At(6)));
    }

    [Fact]
    public void A_device_that_comes_ends_the_wait()
    {
        _prospects.FitsNone(None, At(0));
        _prospects.Fits(At(6));
        Assert.Null(_prospects.Refusal);
        Assert.Null(_prospects.ForAccepted(At(6)));

        _prospects.FitsNone(None, At(7));
        Assert.Null(_prospects.ForAccepted(At(11)));
    }

    [Fact]
    public void Whoever_asks_for_other_devices_starts_anew()
    {
        _prospects.Fits(At(0));
        _prospects.Forget();
        _prospects.FitsNone(None, At(1));
        Assert.Same(None, _prospects.ForNew(At(1)));
    }

    private static DateTimeOffset At(double minutes) => Start.AddMinutes(minutes);
}
