namespace OrleansDiffusion.Simulator.Tests;

/// <summary>Traces small enough to be played by hand: a load takes 10 s, a job 5 s.</summary>
public sealed class SmallTraceTests
{
    private static readonly SimulatedCluster Two = new() { DeviceCount = 2, LoadSeconds = 10 };
    private static readonly SimulatedCluster One = Two with { DeviceCount = 1 };
    private static readonly Trace ThreeOfOneModel = Played((0, "A"), (20, "A"), (100, "A"));

    [Fact]
    public void Reactive_keeps_a_replica_for_the_time_of_a_load() =>
        AssertPlayed(Run(PolicyCatalog.Reactive, ThreeOfOneModel, Two), waits: [10, 0, 10], loads: 2, deviceSeconds: 35 + 15); // 0-35, 100-115

    [Fact]
    public void Lru_fixed_keeps_it_for_the_fixed_time() =>
        AssertPlayed(Run(PolicyCatalog.LruFixed, ThreeOfOneModel, Two), waits: [10, 0, 0], loads: 1, deviceSeconds: 105);

    [Fact]
    public void All_on_pays_for_every_device_from_first_to_last() =>
        AssertPlayed(Run(PolicyCatalog.AllOn, ThreeOfOneModel, Two), waits: [10, 0, 0], loads: 1, deviceSeconds: 210);

    [Fact]
    public void Ours_keeps_nothing_when_waiting_is_worth_nothing() =>
        AssertPlayed(
            Run(PolicyCatalog.Ours, ThreeOfOneModel, Two, new() { WaitWorth = 0, Standby = 0 }), waits: [10, 10, 10], loads: 3, deviceSeconds: 45);

    [Fact]
    public void Ours_keeps_as_lru_fixed_does_when_waiting_is_worth_everything() =>
        AssertPlayed(
            Run(PolicyCatalog.Ours, ThreeOfOneModel, Two, new() { WaitWorth = 1e6, Standby = 0 }), waits: [10, 0, 0], loads: 1, deviceSeconds: 105);

    [Fact]
    public void A_standby_replica_takes_the_job_at_once_and_its_replacement_is_ordered() =>
        AssertPlayed(
            Run(PolicyCatalog.Ours, Played((20, "A"), (21, "A")), Two, new() { Standby = 1, StandbyAlways = true }),
            waits: [0, 4], loads: 2, deviceSeconds: 30 + 10); // 0-30, 20-30

    [Fact]
    public void Nobody_loads_for_a_job_that_a_busy_replica_gets_done_sooner()
    {
        var trace = Played((0, "A"), (20, "A"), (21, "A"));
        AssertPlayed(Run(PolicyCatalog.LruFixed, trace, Two), waits: [10, 0, 4], loads: 1, deviceSeconds: 30);
        AssertPlayed(Run(PolicyCatalog.Reactive, trace, Two), waits: [10, 0, 4], loads: 2, deviceSeconds: 30 + 9); // It counts requests.
    }

    [Theory]
    [InlineData(PolicyCatalog.Ours)]
    [InlineData(PolicyCatalog.LruFixed)]
    [InlineData(PolicyCatalog.Reactive)]
    [InlineData(PolicyCatalog.AllOn)]
    public void Another_model_waits_until_the_only_device_is_idle_and_takes_its_room(string policy) =>
        AssertPlayed(Run(policy, Played((0, "A"), (1, "B")), One), waits: [10, 24], loads: 2, deviceSeconds: 30);

    [Fact]
    public void Two_models_that_share_a_device_load_together_and_run_one_after_the_other() =>
        AssertPlayed(
            Run(PolicyCatalog.LruFixed, Played((0, "A"), (1, "B")), One with { ResidentCount = 2 }), waits: [10, 14], loads: 2, deviceSeconds: 20);

    [Fact]
    public void A_device_that_is_off_is_provisioned_first() =>
        AssertPlayed(Run(PolicyCatalog.LruFixed, Played((0, "A")), One with { ProvisionSeconds = 30 }), waits: [40], loads: 1, deviceSeconds: 45);

    [Fact]
    public void Ours_evicts_rather_than_waits_for_a_new_device_where_that_starts_sooner()
    {
        var cluster = Two with { ProvisionSeconds = 30 };
        var trace = Played((0, "A"), (46, "B"));
        AssertPlayed(Run(PolicyCatalog.LruFixed, trace, cluster), waits: [40, 40], loads: 2, deviceSeconds: 91 + 45);
        AssertPlayed(Run(PolicyCatalog.Ours, trace, cluster, new() { Standby = 0 }), waits: [40, 10], loads: 2, deviceSeconds: 61);
    }

    [Fact]
    public void A_model_in_steady_use_gives_its_device_to_one_that_has_waited_for_long()
    {
        // A's jobs come faster than they are done; B's wait grows past A's by more than two loads.
        var busy = Enumerable.Range(0, 40).Select(i => ((double)i * 2, "A"));
        var result = Run(PolicyCatalog.LruFixed, Played([.. busy, (1, "B")]), One);
        Assert.Equal(2 + 1, result.LoadCount);
        Assert.InRange(result.Waits[1], 20, 80); // Sorted by arrival, B is the second.
    }

    [Fact]
    public void Nothing_was_asked_and_nothing_was_spent() =>
        Assert.Equal(new PolicyFigures("all-on", 0, 0, 0, 0, 0, 0, 0, 0, 0), Run(PolicyCatalog.AllOn, Played(), Two).Figures());

    [Fact]
    public void Figures_are_those_of_the_waits()
    {
        var result = new SimulationResult
        {
            Policy = "x", Waits = [.. Enumerable.Range(1, 100).Select(i => i / 10.0)], DeviceSeconds = 7200, BusySeconds = 1800, LoadCount = 25,
        };
        Assert.Equal(new PolicyFigures("x", 100, 0.9, 5, 9.5, 9.9, 2, 0.5, 0.25, 6), result.Figures(pricePerHour: 3));
    }

    private static SimulationResult Run(string policy, Trace trace, SimulatedCluster cluster, PolicySettings? settings = null) =>
        Simulation.Run(trace, cluster, PolicyCatalog.Create(policy, cluster, settings ?? new()));

    private static Trace Played(params (double At, string Model)[] jobs) => new("by hand", jobs.Select(job => new TraceJob(job.At, job.Model, 5)));

    private static void AssertPlayed(SimulationResult result, double[] waits, int loads, double deviceSeconds)
    {
        Assert.Equal(waits, result.Waits);
        Assert.Equal(loads, result.LoadCount);
        Assert.Equal(deviceSeconds, result.DeviceSeconds, 1e-9);
        Assert.Equal(5.0 * waits.Length, result.BusySeconds);
    }
}
