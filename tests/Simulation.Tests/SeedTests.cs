using System.Globalization;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>The whole cluster, from many seeds.</summary>
public sealed class SeedTests
{
    private static readonly int SeedCount = Number("OD_SEEDS") ?? 200;

    [Fact]
    public void Whatever_goes_wrong_every_invariant_holds()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var tally = new Tally();
        var broken = Campaign.Play(Enumerable.Range(1, SeedCount), seed => tally.Add(World.Play(Plans.Of(seed)).Tally));
        TestContext.Current.TestOutputHelper?.WriteLine($"{SeedCount} seeds in {watch.Elapsed.TotalSeconds:0.0} s: {tally}");
        Assert.True(broken.Count == 0, string.Join('\n', broken.OrderBy(pair => pair.Key).Select(pair =>
            $"seed {pair.Key}: {(pair.Value is InvariantBrokenException ? pair.Value.Message : pair.Value.ToString())} (OD_SEED={pair.Key} shows how)")));
    }

    [Fact]
    public void One_seed_is_replayed_when_OD_SEED_names_it()
    {
        Assert.SkipUnless(Number("OD_SEED") is not null, "Set OD_SEED to a seed to see what happens in it.");
        var output = TestContext.Current.TestOutputHelper!;
        World.Play(Plans.Of(Number("OD_SEED")!.Value), null, keepsTrace: true, Environment.GetEnvironmentVariable("OD_TRACE") == "full", output.WriteLine);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
