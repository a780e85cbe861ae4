using System.Globalization;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>The whole cluster, from many seeds. docs/SIMULATION.md says how to replay one.</summary>
public sealed class SeedTests
{
    /// <summary>About 45 s on two processors with nothing else to do.</summary>
    private const int SeedCountDefault = 1000;

    private static readonly string[] Wanted =
    [
        "Dies", "PowerCut", "IsCutOff", "Leaves", "StoresFail", "StoresCrawl", "device failures", "messages lost", "messages repeated",
        "succeeded", "failed", "cancelled", "requeued", "succeeded after a requeue", "replicas evicted",
    ];

    [Fact]
    public void Whatever_goes_wrong_every_invariant_holds()
    {
        var seedCount = Number("OD_SEEDS") ?? SeedCountDefault;
        var (tally, clock) = (new Tally(), System.Diagnostics.Stopwatch.StartNew());
        var broken = Campaign.Play(Enumerable.Range(1, seedCount), seed => tally.Add(World.Play(Plans.Of(seed)).Tally));
        Tell($"{seedCount} seeds in {clock.Elapsed.TotalSeconds:0.0} s: {tally}");

        Assert.True(broken.Count == 0, string.Join('\n', broken.OrderBy(pair => pair.Key).Select(pair => Describe(pair.Key, pair.Value))));
        Assert.All(Wanted, what => Assert.True(tally[what] > 0, $"In {seedCount} seeds there were no {what}."));
    }

    [Fact]
    public void On_a_calm_day_every_job_succeeds_at_once()
    {
        foreach (var seed in Enumerable.Range(1, 20))
        {
            var world = World.Play(Plans.Of(seed).Calmed());
            Assert.Equal(world.Tally["queued"], world.Tally["succeeded"] + world.Tally["cancelled"] + world.Tally["failed"]);
            Assert.Equal(0, world.Tally["messages lost"] + world.Tally["device failures"]);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void The_same_seed_is_the_same_story(int seed)
    {
        var first = World.Play(Plans.Of(seed), keepsTrace: true).Trace;
        var second = World.Play(Plans.Of(seed), keepsTrace: true).Trace;
        Assert.Equal(first.Lines, second.Lines);
        Assert.Equal(first.Digest, second.Digest);
    }

    [Fact]
    public void A_seed_is_told_when_OD_SEED_names_it()
    {
        var seed = Number("OD_SEED");
        Assert.SkipUnless(seed is not null, "Set OD_SEED to a number to read what happens under that seed.");
        World.Play(Plans.Of(seed!.Value), keepsTrace: true, isFull: Environment.GetEnvironmentVariable("OD_TRACE") == "full", tell: Tell);
    }

    private static string Describe(int seed, Exception problem)
    {
        var what = problem is InvariantBrokenException ? problem.Message : problem.ToString();
        return $"seed {seed}: {what}\n  replay: OD_SEED={seed} ./od test --project Simulation.Tests --filter SeedTests.A_seed_is_told";
    }

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
