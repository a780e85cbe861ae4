using System.Text.Json;

namespace OrleansDiffusion.Simulator.Tests;

public sealed class ReportTests
{
    private static readonly Trace Generated = TraceGenerator.Generate(3000, seed: 5).Compressed(5);
    private static readonly SimulatedCluster Cluster = new() { DeviceCount = 24 };

    [Fact]
    public void A_row_as_JSON_has_exactly_these_names()
    {
        var json = JsonSerializer.SerializeToElement(new PolicyFigures("od", 1, 0.5, 2, 3, 4, 5, 6, 7, 8));
        Assert.Equal(
            [
                "policy", "jobs", "share_waiting_over_1s", "wait_p50_s", "wait_p95_s", "wait_p99_s",
                "device_hours", "busy_hours", "loads_per_request", "cost",
            ],
            json.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void Policies_stand_in_the_order_in_which_they_were_named_and_standbys_beside_each_other()
    {
        var rows = new Comparison(Generated, Cluster, new()).Rows([PolicyCatalog.AllOn, PolicyCatalog.Ours], [0, 2], equalCost: false);
        Assert.Equal(["all-on", "od standby 0", "od standby 2"], rows.Select(row => row.Name));
        Assert.All(rows, row => Assert.Null(row.Note));
    }

    [Fact]
    public void More_standby_waits_less_and_costs_more()
    {
        var rows = new Comparison(Generated, Cluster, new() { StandbyAlways = true }).Rows([PolicyCatalog.Ours], [0, 1], equalCost: false);
        Assert.True(rows[1].Result.WaitMeanSeconds < rows[0].Result.WaitMeanSeconds);
        Assert.True(rows[1].Result.DeviceSeconds > rows[0].Result.DeviceSeconds);
    }

    [Fact]
    public void At_equal_cost_ours_waits_less_than_lru_fixed_and_spends_no_more()
    {
        var rows = new Comparison(Generated, Cluster, new()).Rows([PolicyCatalog.Ours, PolicyCatalog.LruFixed], [1], equalCost: true);
        Assert.True(rows[0].Result.DeviceSeconds <= rows[1].Result.DeviceSeconds);
        Assert.True(rows[0].Result.WaitMeanSeconds < rows[1].Result.WaitMeanSeconds);
        Assert.True(rows[0].Result.Figures().ShareWaitingOver1s < rows[1].Result.Figures().ShareWaitingOver1s);
        Assert.StartsWith("od: standby ", rows[0].Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Real_load_times_are_drawn_by_the_seed()
    {
        var policy = PolicyCatalog.Create(PolicyCatalog.LruFixed, Cluster, new());
        var (one, other) = (Cluster with { MeasuredLoads = [1, 60], Seed = 1 }, Cluster with { MeasuredLoads = [1, 60], Seed = 2 });
        Assert.Equal(Simulation.Run(Generated, one, policy).Figures(), Simulation.Run(Generated, one, policy).Figures());
        Assert.NotEqual(Simulation.Run(Generated, one, policy).Figures(), Simulation.Run(Generated, other, policy).Figures());
    }
}
