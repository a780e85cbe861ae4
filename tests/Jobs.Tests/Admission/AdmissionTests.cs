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

    [Theory]
    [InlineData(null, 100.0)]
    [InlineData(10.0, null)]
    [InlineData(10.0, 10.0)]
    public void A_deadline_that_can_be_met_or_of_which_nothing_is_known_is_taken(double? deadline, double? eta) =>
        Assert.Null(Admission.ToDeadline(deadline, eta));

    [Fact]
    public void A_deadline_that_cannot_be_met_is_refused_with_when_it_would_be_done_and_when_to_come_back()
    {
        var refusal = Admission.ToDeadline(10, 41.5)!;

        Assert.Equal(ErrorCode.DeadlineUnmet, refusal.Code);
        Assert.Equal("The pictures would be there in about 42 s, the deadline is in 10 s.", refusal.Message);
        Assert.Equal((TimeSpan.FromSeconds(41.5), TimeSpan.FromSeconds(32)), (refusal.Eta, refusal.RetryAfter));
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
        Assert.Null(Admission.ToDevices("flux", 12 * Examples.GiB, DeviceNeeds.None, devices));

        var refusal = Admission.ToDevices("flux", (long)(23.5 * Examples.GiB), DeviceNeeds.None, devices)!;
        Assert.Equal(ErrorCode.DoesNotFit, refusal.Code);
        Assert.Equal("flux needs 23.5 GiB of device memory; the largest device is cuda0 on b with 12 GiB.", refusal.Message);
        Assert.Null(refusal.RetryAfter);
    }

    [Fact]
    public void A_model_fits_where_what_was_measured_on_that_kind_of_device_fits()
    {
        var model = Model(memoryBytes: 4 * Examples.GiB, new MeasuredMemory("cpu", 3 * Examples.GiB));

        Assert.Null(Admission.ToDevices(model, [Device("a", "cpu0", 3 * Examples.GiB)]));
        Assert.Equal(
            "sd needs 4 GiB of device memory; the largest device is cuda0 on b with 3 GiB.",
            Admission.ToDevices(model, [Device("b", "cuda0", 3 * Examples.GiB) with { Provider = "cuda" }])!.Message);
    }

    [Fact]
    public void Nothing_is_refused_while_no_device_is_known() =>
        Assert.Null(Admission.ToDevices("flux", long.MaxValue, new() { Provider = "cuda" }, []));

    [Fact]
    public void A_model_whose_kind_of_device_is_missing_is_refused_with_what_there_is()
    {
        DeviceStatus[] devices = [Device("a", "cpu0", 3 * Examples.GiB), Device("b", "cpu0", 3 * Examples.GiB)];

        var refusal = Admission.ToDevices("flux", 1, new() { Provider = "cuda" }, devices)!;

        Assert.Equal(ErrorCode.DoesNotFit, refusal.Code);
        Assert.Equal("flux needs a cuda device: no device is cuda; there are 2 cpu devices.", refusal.Message);
    }

    [Fact]
    public void Memory_counts_only_on_devices_of_the_needed_kind()
    {
        DeviceStatus[] devices =
        [
            Device("a", "cpu0", 64 * Examples.GiB),
            Device("b", "cpu0", 3 * Examples.GiB) with { Labels = new Dictionary<string, string> { ["zone"] = "eu" } },
        ];
        DeviceNeeds needs = new() { Labels = new Dictionary<string, string> { ["zone"] = "eu" } };

        Assert.Null(Admission.ToDevices("flux", 3 * Examples.GiB, needs, devices));
        Assert.Equal(
            "flux needs 4 GiB of device memory; the largest device with zone=eu is cpu0 on b with 3 GiB.",
            Admission.ToDevices("flux", 4 * Examples.GiB, needs, devices)!.Message);
    }

    private static ModelEntry Model(long memoryBytes, MeasuredMemory measured) => new()
    {
        Name = "sd", Version = "v1", Folder = "/models/sd", FileBytes = 1, MemoryBytes = memoryBytes, Measured = measured,
        Facts = Examples.Facts, AddedAt = Examples.Noon,
    };

    private static DeviceStatus Device(string silo, string device, long bytes) =>
        new() { SiloId = silo, DeviceId = device, Provider = "cpu", Name = device, MemoryBytes = bytes, ReservedBytes = bytes };
}
