using Spectre.Console;

namespace OrleansDiffusion.Cli.Output;

/// <summary>Output for people on a terminal, and plain wide lines for pipes and files.</summary>
internal static class Terminal
{
    /// <summary>Columns where there is no terminal: rows of tables stay whole for grep.</summary>
    private const int PipedWidth = 200;

    public static void Prepare()
    {
        if (!Console.IsOutputRedirected) return;
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        AnsiConsole.Profile.Width = PipedWidth;
    }
}
