using System.Reflection;

namespace OrleansDiffusion.Engine.Surface.Tests;

/// <summary>Product code that compiles against the stand-in compiles against Orleans: what it shows, it shows as Orleans does.</summary>
public sealed class SurfaceTests
{
    private const string Reason =
        "There is nothing to compare: the real engine is selected, or its packages were left out (OrleansReferencePackages=none).";

    /// <summary>Those that were restored for this, and any more that OD_ORLEANS_ASSEMBLIES names, where all of Orleans is at hand.</summary>
    private static readonly string[] Official =
        [.. (Environment.GetEnvironmentVariable("OD_ORLEANS_ASSEMBLIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        .. typeof(SurfaceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Where(a => a.Key == "OfficialAssembly").Select(a => a.Value!)];

    [Fact]
    public void Every_member_that_the_stand_in_shows_is_the_official_one()
    {
        Assert.SkipWhen(Official.Length == 0, Reason);
        var differences = SurfaceComparison.Differences(Surface.Read(typeof(IGrain).Assembly.Location), Official.Select(Surface.Read));
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    [Fact]
    public void The_comparison_covers_the_types_that_grains_are_written_with()
    {
        Assert.SkipWhen(Official.Length == 0, Reason);
        var ours = Surface.Read(typeof(IGrain).Assembly.Location).Types.Keys;
        var compared = ours.Intersect(Official.SelectMany(path => Surface.Read(path).Types.Keys)).ToList();
        Assert.Superset(
            new HashSet<string>
            {
                "Orleans.Grain", "Orleans.IGrainFactory", "Orleans.Runtime.GrainId", "Orleans.Runtime.RequestContext", "Orleans.Runtime.IGrainTimer",
                "Orleans.Hosting.AdoNetHostingExtensions", "Orleans.TestingHost.InProcessTestCluster", "Orleans.TestingHost.TestCluster",
            },
            compared.ToHashSet());
    }
}
