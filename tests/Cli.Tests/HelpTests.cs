namespace OrleansDiffusion.Cli.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Help_names_every_command_with_an_example()
    {
        var help = await OdProcess.Run(_folder.Path, "--help");

        Assert.Equal(0, help.ExitCode);
        foreach (var word in (string[])["generate", "serve", "models", "jobs", "keys", "bench", "simulate", "setup", "test", "od generate \"a red apple\""])
            Assert.Contains(word, help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_has_every_option_that_the_readme_names()
    {
        var help = await OdProcess.Run(_folder.Path, "generate", "--help");

        foreach (var option in (string[])["--model", "--negative", "--steps", "--guidance", "--seed", "--size", "--count", "--sampler", "--format", "-o", "--server"])
            Assert.Contains(option, help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_says_which_engine_and_which_runtime()
    {
        var version = await OdProcess.Run(_folder.Path, "--version");

        Assert.Matches(@"^od \d+\.\d+\.\d+\nOrleans: \S.*\nONNX Runtime: \d.*\n$", version.Output.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("draw")]
    [InlineData("generate")]
    [InlineData("generate", "a cat", "--size", "big")]
    [InlineData("generate", "a cat", "--steps", "many")]
    [InlineData("serve", "--port", "99999999")]
    [InlineData("silo", "--probe-timeout", "0")]
    [InlineData("silo", "--missed-probes", "none")]
    [InlineData("silo", "--death-votes", "101")]
    [InlineData("generate", "a cat", "--server", "not an address")]
    public async Task A_wrong_command_line_ends_with_a_code_and_a_hint(params string[] arguments)
    {
        var refused = await OdProcess.Run(_folder.Path, arguments);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.NotEqual("", refused.Errors.Trim());
        Assert.DoesNotContain("   at ", refused.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_line()
    {
        var refused = await OdProcess.Run(_folder.Path, "generate", "a cat", "--server", "http://127.0.0.1:9");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("does not answer", refused.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
