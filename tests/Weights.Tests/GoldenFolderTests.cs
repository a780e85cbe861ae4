namespace OrleansDiffusion.Weights.Tests;

/// <summary>The golden models are real exports of every family and dialect: none may be refused.</summary>
public sealed class GoldenFolderTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Models() =>
        from pipeline in Directory.EnumerateDirectories(Path.Combine(GoldenFolder.Path, "pipelines")).Order()
        let name = Path.GetFileName(pipeline)
        select new TheoryDataRow<string, string>(name, Family(name));

    [Theory]
    [MemberData(nameof(Models))]
    public void A_real_export_is_sound(string pipeline, string family)
    {
        var report = ModelFolder.Check(Path.Combine(GoldenFolder.Pipeline(pipeline), "model"));

        Assert.Empty(report.Problems);
        Assert.Equal(family, report.Family?.Name);
        Assert.All(report.Components, component => Assert.InRange(component.StoredBytes, 1000, report.TotalBytes));
    }

    private static string Family(string pipeline) => pipeline.Split('-')[0] switch
    {
        "sdxl" => "sdxl",
        "sd3" or "sd35" => "sd3",
        "flux" => "flux",
        "lcm" => "lcm",
        _ => "sd",
    };
}
