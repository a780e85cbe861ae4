using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Simulator.Tests;

/// <summary>What holds for every policy on every trace.</summary>
public sealed class SimulationProperties
{
    private const int CaseCount = 200;
    private static readonly ulong Seed = ulong.TryParse(Environment.GetEnvironmentVariable("OD_SEED"), out var seed) ? seed : 7;

    private static readonly Gen<Case> Cases =
        from seed in Gen.Choose(1, 100_000)
        from jobCount in Gen.Choose(1, 300)
        from modelCount in Gen.Choose(1, 12)
        from gap in Gen.Elements(0.5, 5, 60, 600)
        from deviceCount in Gen.Choose(1, 8)
        from resident in Gen.Choose(1, 3)
        from load in Gen.Elements(0.0, 3, 80)
        from provision in Gen.Elements(0.0, 20)
        from standby in Gen.Choose(0, 3)
        from always in Gen.Elements(true, false)
        from name in Gen.Elements(PolicyCatalog.Names.ToArray())
        let cluster = new SimulatedCluster { DeviceCount = deviceCount, ResidentCount = resident, LoadSeconds = load, ProvisionSeconds = provision }
        select new Case(
            TraceGenerator.Generate(jobCount, (ulong)seed, new() { ModelCount = modelCount, BurstGapSeconds = gap }),
            cluster,
            PolicyCatalog.Create(name, cluster, new() { Standby = standby, StandbyAlways = always }));

    [Fact]
    public void Every_job_is_served_once_and_no_device_does_two_things_or_holds_too_much() =>
        Hold(Cases, given =>
        {
            var watcher = new Watcher(given.Cluster, given.Trace);
            var result = Simulation.Watch(given.Trace, given.Cluster, given.Policy, watcher);
            Assert.Equal(given.Trace.Count, watcher.Served.Count);
            Assert.All(result.Waits, wait => Assert.True(wait >= 0));
            Assert.Equal(watcher.LoadCount, result.LoadCount);
            Assert.Equal(given.Trace.Services.Sum(), result.BusySeconds, 1e-6);
            Assert.True(result.BusySeconds <= result.DeviceSeconds + 1e-6);
            var lastEnd = given.Trace.Arrivals.Select((arrival, i) => arrival + result.Waits[i] + given.Trace.Services[i]).Max();
            Assert.True(result.DeviceSeconds <= (given.Cluster.DeviceCount * lastEnd) + 1e-6);
        });

    [Fact]
    public void The_same_input_gives_the_same_result() =>
        Hold(Cases, given =>
        {
            var cluster = given.Cluster with { MeasuredLoads = [1, 5, 40] };
            var (once, again) = (Simulation.Run(given.Trace, cluster, given.Policy), Simulation.Run(given.Trace, cluster, given.Policy));
            Assert.Equal(once.Waits, again.Waits);
            Assert.Equal(once.Figures(), again.Figures());
        });

    [Fact]
    public void Jobs_of_one_model_start_in_the_order_in_which_they_came() =>
        Hold(Cases, given =>
        {
            var watcher = new Watcher(given.Cluster, given.Trace);
            Simulation.Watch(given.Trace, given.Cluster, given.Policy, watcher);
            foreach (var model in watcher.Served.GroupBy(job => given.Trace.Models[job])) Assert.Equal(model.Order(), model);
        });

    [Fact]
    public void At_equal_cost_ours_stays_within_the_budget() =>
        Hold(Cases.Where(given => given.Trace.Count > 50), given =>
        {
            var budget = Simulation.Run(given.Trace, given.Cluster, PolicyCatalog.Create(PolicyCatalog.LruFixed, given.Cluster, new())).DeviceSeconds;
            var found = EqualCost.Search(given.Trace, given.Cluster, new(), budget, [1, 0]);
            Assert.True(found is null || found.Result.DeviceSeconds <= budget);
        }, caseCount: 10);

    private static void Hold(Gen<Case> cases, Action<Case> check, int caseCount = CaseCount) =>
        Prop.ForAll(cases.ToArbitrary(), check)
            .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(caseCount).WithReplay(Seed, 1));

    private sealed record Case(Trace Trace, SimulatedCluster Cluster, SimulatedPolicy Policy);

    /// <summary>Keeps books of its own and objects when something cannot be.</summary>
    private sealed class Watcher(SimulatedCluster cluster, Trace trace) : ISimulationWatcher
    {
        private readonly HashSet<string>[] _models = [.. Enumerable.Range(0, cluster.DeviceCount).Select(_ => new HashSet<string>())];
        private readonly bool[] _isBusy = new bool[cluster.DeviceCount];
        private readonly HashSet<int> _seen = [];

        public List<int> Served { get; } = [];

        public int LoadCount { get; private set; }

        public void Began(int job, int device, string model, double at)
        {
            Assert.False(_isBusy[device]);
            Assert.Contains(model, _models[device]);
            Assert.Equal(trace.ModelNames[trace.Models[job]], model);
            Assert.True(_seen.Add(job));
            _isBusy[device] = true;
            Served.Add(job);
        }

        public void Ended(int device, double at) => _isBusy[device] = false;

        public void Loads(int device, string model, int residentCount, double at)
        {
            Assert.True(_models[device].Add(model));
            Assert.InRange(_models[device].Count, 1, cluster.ResidentCount);
            Assert.Equal(_models[device].Count, residentCount);
            LoadCount++;
        }

        public void Unloads(int device, string model, double at) => Assert.True(_models[device].Remove(model));
    }
}
