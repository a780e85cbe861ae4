using System.CommandLine;

namespace OrleansDiffusion.Cli.Output;

/// <summary>Commands that the ./od script of a source checkout carries out itself; here so that the help shows them.</summary>
internal static class ScriptCommands
{
    public static Command Setup() =>
        Named("setup", "Choose where Orleans and ONNX Runtime come from (source checkouts: ./od setup --help).");

    public static Command Test() =>
        Named("test", "Run all tests (source checkouts: ./od test --help).");

    private static Command Named(string name, string description)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(_ =>
        {
            Console.Error.WriteLine($"od: '{name}' belongs to a source checkout: run ./od {name} there.");
            return ExitCode.Usage;
        });
        return command;
    }
}
