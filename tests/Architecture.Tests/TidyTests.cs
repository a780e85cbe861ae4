using System.Text.RegularExpressions;

namespace OrleansDiffusion.Architecture.Tests;

/// <summary>The house rules that a machine can check.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 350;
    private const int LineCharactersMax = 170;

    private static readonly string[] OurCode = ["src", "bench", "samples", "tests", "eng/orleans-standin"];

    [Fact]
    public void No_file_is_longer_than_its_limit() =>
        AssertNone(
            from file in Repository.SourcesIn(OurCode)
            where file.Lines.Length > FileLinesMax
            select $"{file.Path}: {file.Lines.Length} lines, limit {FileLinesMax}");

    [Fact]
    public void No_line_is_longer_than_its_limit() =>
        AssertNone(
            from file in Repository.SourcesIn(OurCode)
            from line in Numbered(file)
            where line.Text.Length > LineCharactersMax && !WireText().IsMatch(line.Text)
            select $"{file.Path}:{line.Number}: {line.Text.Length} characters, limit {LineCharactersMax}");

    [Fact]
    public void Nothing_is_left_for_later() =>
        AssertNone(Matches(LeftForLater(), "src", "bench", "samples", "eng/orleans-standin"));

    [Fact]
    public void No_exception_is_swallowed() =>
        AssertNone(Matches(EmptyCatch(), "src", "bench", "samples", "eng/orleans-standin"));

    [Fact]
    public void The_product_knows_nothing_of_the_stand_in() =>
        AssertNone(Matches(StandIn(), "src/Jobs", "src/Diffusion", "src/Diffusion.Onnx", "src/Images", "src/Weights", "src/Storage",
            "src/Abstractions", "src/Grains", "src/Client", "src/Silo", "src/Api"));

    [Fact]
    public void Names_say_what_a_thing_is() =>
        AssertNone(Matches(VagueName(), "src", "bench", "samples"));

    [Fact]
    public void The_web_layer_reaches_grains_only_through_the_client_library() =>
        AssertNone(Matches(GrainFactory(), "src/Api"));

    [Fact]
    public void The_engine_is_not_asked_to_choose_or_move_on_its_own() =>
        AssertNone(Matches(EnginesOwnPlacement(), "src"));

    /// <summary>Some of the runtime's options may not be combined (docs/LOADING.md): whoever makes them elsewhere could.</summary>
    [Fact]
    public void Session_options_are_made_in_one_place() =>
        Assert.Equal(
            ["src/Diffusion.Onnx/Loading/MappedWeights.cs", "src/Diffusion.Onnx/Sessions/SessionSettings.cs"],
            Repository.SourcesIn("src").Where(file => file.Lines.Any(line => SessionOptions().IsMatch(line))).Select(file => file.Path).Order());

    [Fact]
    public void Every_package_version_is_written_once() =>
        AssertNone(
            from project in Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            where !project.Contains("node_modules", StringComparison.Ordinal) && !project.Contains("artifacts", StringComparison.Ordinal)
            from line in File.ReadAllLines(project)
            where line.Contains("<PackageReference", StringComparison.Ordinal) && line.Contains(" Version=", StringComparison.Ordinal)
            select $"{project}: {line.Trim()}");

    private static IEnumerable<string> Matches(Regex pattern, params string[] folders) =>
        from file in Repository.SourcesIn(folders)
        from line in Numbered(file)
        where pattern.IsMatch(line.Text)
        select $"{file.Path}:{line.Number}: {line.Text.Trim()}";

    private static IEnumerable<(int Number, string Text)> Numbered(SourceFile file) =>
        file.Lines.Select((text, index) => (index + 1, text));

    private static void AssertNone(IEnumerable<string> breaches)
    {
        var found = string.Join('\n', breaches);
        Assert.True(found.Length == 0, found);
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex LeftForLater();

    /// <summary>A line of an event stream in a test stands as it is sent.</summary>
    [GeneratedRegex(@"^\s*data: \{")]
    private static partial Regex WireText();

    [GeneratedRegex(@"catch\s*(\([^)]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"^\s*#if|[Ss]tand-?[Ii]n\b")]
    private static partial Regex StandIn();

    [GeneratedRegex(@"\b(class|record|struct|interface)\s+\w*(Manager|Helper|Helpers|Util|Utils|Utility|Common)\b")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"new SessionOptions\b|\.AddInitializer\(")]
    private static partial Regex SessionOptions();

    [GeneratedRegex(@"ResourceOptimizedPlacement|ActivationCountBasedPlacement|AddActivationRebalancer|AddActivationRepartitioner|MigrateOnIdle")]
    private static partial Regex EnginesOwnPlacement();

    [GeneratedRegex(@"\b(IGrainFactory|IClusterClient|GetGrain)\b")]
    private static partial Regex GrainFactory();
}
