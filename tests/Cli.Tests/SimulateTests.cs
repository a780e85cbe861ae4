using System.Text.Json.Nodes;

namespace OrleansDiffusion.Cli.Tests;

public sealed class SimulateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Policies_stand_side_by_side_and_in_a_file()
    {
        var json = Path.Combine(_folder.Path, "figures.json");
        var run = await OdProcess.Run(_folder.Path, "simulate", "--generate", "300", "--devices", "4", "--standby", "0,2", "--json", json);

        Assert.Equal(0, run.ExitCode);
        string[] names = ["od standby 0", "od standby 2", "lru-fixed", "reactive", "all-on"];
        foreach (var name in names) Assert.Contains(name, run.Output, StringComparison.Ordinal);
        var rows = JsonNode.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken))!.AsArray();
        Assert.Equal(names, rows.Select(row => (string?)row!["policy"]));
        Assert.All(rows, row => Assert.Equal(300, (int)row!["jobs"]!));
    }

    [Fact]
    public async Task A_trace_is_read_and_a_bad_one_refused_with_its_line()
    {
        var trace = Path.Combine(_folder.Path, "trace.csv");
        await File.WriteAllLinesAsync(trace, ["arrival_seconds,model", "0,a", "5,b"], TestContext.Current.CancellationToken);
        var run = await OdProcess.Run(_folder.Path, "simulate", "--trace", trace, "--policy", "od", "--equal-cost");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("trace.csv: 2 requests, 2 models", run.Output, StringComparison.Ordinal);

        await File.AppendAllLinesAsync(trace, ["soon,c"], TestContext.Current.CancellationToken);
        var refused = await OdProcess.Run(_folder.Path, "simulate", "--trace", trace);
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal("od: trace.csv, line 4, column arrival_seconds: \"soon\" is not a number of seconds", refused.Errors.Trim());
    }

    [Theory]
    [InlineData("--policy", "best")]
    [InlineData("--standby", "1,many")]
    [InlineData("--devices", "0")]
    [InlineData("--speedup", "0")]
    public async Task A_wrong_option_is_refused_by_name(string option, string value)
    {
        var refused = await OdProcess.Run(_folder.Path, "simulate", option, value);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(option, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.All, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
