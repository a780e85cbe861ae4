namespace OrleansDiffusion.Jobs.Tests;

public sealed class AdmissionTests
{
    private static readonly TenantLimits Limits = new() { UnfinishedCountMax = 4, DeviceSecondsPerDayMax = 100 };

    [Fact]
    public void A_queue_with_a_place_takes_a_job() => Assert.Null(Admission.ToQueue(9, 10, 50));

    [Theory]
    [InlineData(200.0, 20)]
    [InlineData(201.0, 21)]
    [InlineData(0.0, 1)]
    [InlineData(1e9, 3600)]
    [InlineData(null, 30)]
    public void A_full_queue_says_when_a_tenth_of_it_is_done(double? drainSeconds, int retryAfterSeconds)
    {
        var refusal = Admission.ToQueue(10, 10, drainSeconds)!;
        Assert.Equal(ErrorCode.QueueFull, refusal.Code);
        Assert.Equal("10 jobs wait for this model, which is the most it takes.", refusal.Message);
        Assert.Equal(TimeSpan.FromSeconds(retryAfterSeconds), refusal.RetryAfter);
    }

    [Fact]
    public void A_tenant_below_its_limits_is_admitted() => Assert.Null(Admission.ToTenant(Limits, new(3, 30, 60), 10, Examples.Noon));

    [Fact]
    public void A_tenant_with_too_many_unfinished_jobs_may_come_back_when_one_should_be_done()
    {
        var refusal = Admission.ToTenant(Limits, new(4, 30, 0), 1, Examples.Noon)!;
        Assert.Equal(ErrorCode.QuotaExceeded, refusal.Code);
        Assert.Equal("4 of your jobs are unfinished; at most 4 may be.", refusal.Message);
        Assert.Equal(TimeSpan.FromSeconds(8), refusal.RetryAfter);
    }

    [Fact]
    public void The_days_quota_counts_what_is_still_to_run_and_returns_at_midnight_utc()
    {
        var now = new DateTimeOffset(2026, 3, 1, 23, 0, 0, TimeSpan.FromHours(-2)); // 01:00 UTC on the second.
        var refusal = Admission.ToTenant(Limits, new(1, 30, 60.5), 10, now)!;
        Assert.Equal(ErrorCode.QuotaExceeded, refusal.Code);
        Assert.Equal("This job needs about 10 device-seconds; 9.5 of 100 are left today.", refusal.Message);
        Assert.Equal(TimeSpan.FromHours(23), refusal.RetryAfter);
    }

    [Fact]
    public void A_job_that_is_larger_than_a_whole_days_quota_need_not_come_back() =>
        Assert.Null(Admission.ToTenant(Limits, new(0, 0, 0), 100.5, Examples.Noon)!.RetryAfter);

    [Fact]
    public void No_daily_limit_means_no_daily_limit() =>
        Assert.Null(Admission.ToTenant(new() { UnfinishedCountMax = 4 }, new(3, 1e9, 1e9), 1e9, Examples.Noon));

    [Fact]
    public void A_limit_of_no_jobs_at_all_admits_none() =>
        Assert.Equal(TimeSpan.FromSeconds(1), Admission.ToTenant(new() { UnfinishedCountMax = 0 }, new(0, 0, 0), 1, Examples.Noon)!.RetryAfter);

    [Fact]
    public void A_model_that_fits_no_device_is_refused_with_both_sizes()
    {
        DeviceStatus[] devices = [Device("a", "cpu0", 3 * Examples.GiB), Device("b", "cuda0", 12 * Examples.GiB), Device("c", "cuda0", 12 * Examples.GiB)];
        Assert.Null(Admission.ToMemory("flux", 12 * Examples.GiB, devices));

        var refusal = Admission.ToMemory("flux", (long)(23.5 * Examples.GiB), devices)!;
        Assert.Equal(ErrorCode.DoesNotFit, refusal.Code);
        Assert.Equal("flux needs 23.5 GiB of device memory; the largest device is cuda0 on b with 12 GiB.", refusal.Message);
        Assert.Null(refusal.RetryAfter);
    }

    [Fact]
    public void Nothing_is_refused_while_no_device_is_known() => Assert.Null(Admission.ToMemory("flux", long.MaxValue, []));

    private static DeviceStatus Device(string silo, string device, long bytes) =>
        new() { SiloId = silo, DeviceId = device, Provider = "cpu", Name = device, MemoryBytes = bytes, ReservedBytes = bytes };
}
