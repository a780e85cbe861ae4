using System.CommandLine;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Storage;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>`od db`: prepares the database of a cluster.</summary>
internal static class DbCommand
{
    public static Command Create()
    {
        var command = new Command("db", "Prepare the PostgreSQL database of a cluster.");
        command.Subcommands.Add(Migrate());
        return command;
    }

    private static Command Migrate()
    {
        var options = new ClusterOptions();
        var command = new Command("migrate", "Bring the tables to this version: ours, and Orleans' own for membership. Again does nothing.") { options.Database };
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            var applied = await PostgresMigrations.ApplyAsync(options.ReadDatabase(parse), cancellation);
            foreach (var name in applied) AnsiConsole.MarkupLineInterpolated($"  {name}");
            AnsiConsole.MarkupLineInterpolated($"[green]✔[/] {(applied.Count == 0 ? "Nothing to do." : $"{applied.Count} applied.")}");
            return ExitCode.Ok;
        });
        return command;
    }
}
