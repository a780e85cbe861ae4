using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

public sealed class LoadHealthTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private readonly LoadHealth _health = new("emoji", new RetryPlan { FailedAttemptsMax = 2 }, TimeSpan.FromMinutes(5));

    [Fact]
    public void A_poisoned_model_is_left_alone_for_the_quarantine_and_then_is_as_good_as_new()
    {
        _health.Poisoned("a job killed its silos.", Start);

        Assert.Equal("left alone, next attempt in 300 s: a job killed its silos.", _health.MayNotLoadBecause(Start));
        Assert.Equal("emoji is left alone for a while: a job killed its silos.", _health.Quarantined(Start)!.Message);
        Assert.Equal(TimeSpan.FromSeconds(1), _health.Quarantined(Start.AddSeconds(299))!.RetryAfter);
        Assert.Null(_health.MayNotLoadBecause(Start.AddSeconds(300)));
        Assert.Null(_health.Quarantined(Start.AddSeconds(300)));
    }

    [Fact]
    public void Neither_a_load_that_ends_well_nor_one_that_fails_shortens_or_prolongs_it()
    {
        _health.Poisoned("a job killed its silos.", Start);

        _health.Loaded();
        _health.Failed("the device is gone", Start.AddSeconds(10));

        Assert.Equal("left alone, next attempt in 290 s: a job killed its silos.", _health.MayNotLoadBecause(Start.AddSeconds(10)));
        Assert.Null(_health.MayNotLoadBecause(Start.AddSeconds(300)));
    }

    [Fact]
    public void A_load_that_ends_well_makes_up_for_those_that_failed()
    {
        _health.Failed("the file is cut off", Start);
        var afterOne = _health.Quarantined(Start);
        _health.Loaded();
        _health.Failed("the file is cut off", Start);

        Assert.Null(afterOne);
        Assert.Null(_health.Quarantined(Start));
        Assert.NotNull(_health.MayNotLoadBecause(Start));
    }

    [Fact]
    public void Another_version_starts_with_a_clean_slate()
    {
        _health.Poisoned("a job killed its silos.", Start);

        _health.Forget();

        Assert.Null(_health.MayNotLoadBecause(Start));
    }
}
