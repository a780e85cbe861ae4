namespace OrleansDiffusion.Cli.Tests.Chaos;

public sealed class ChaosTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Without_an_engine_that_joins_processes_it_says_so_and_fails()
    {
        var version = await OdProcess.Run(_folder.Path, "--version");
        Assert.SkipUnless(version.Output.Contains("stand-in", StringComparison.Ordinal), "This build's engine joins processes.");

        var refused = await OdProcess.Run(_folder.Path, "chaos");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("cannot join", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("", refused.Output);
    }

    public void Dispose() => _folder.Dispose();
}
