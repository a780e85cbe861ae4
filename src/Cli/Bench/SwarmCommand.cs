using System.CommandLine;
using OrleansDiffusion.Bench.Swarm;
using OrleansDiffusion.Cli.Output;

namespace OrleansDiffusion.Cli.Benchmarks;

/// <summary>`od bench swarm`: nodes that start one model together. Needs no model; it makes one up.</summary>
internal static class SwarmCommand
{
    private const long Mebi = 1 << 20;

    public static Command Create()
    {
        var silos = Count("--silos", 8, "Nodes that begin together.");
        var model = Count("--model-mib", 256, "Size of the made-up model in MiB; each node keeps it once in the temporary folder.");
        var origin = Count("--origin-mib-per-s", 64, "What the origin gives per second, to all nodes together.");
        var json = new Option<FileInfo?>("--json") { Description = "Also write the figures to a file, as one flat object.", HelpName = "FILE" };
        var command = new Command("swarm", "Nodes that start one model together: what the origin gives, and how fast chunks travel.")
        {
            silos, model, origin, json,
        };
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            var shape = new SwarmShape(parse.GetValue(silos), parse.GetValue(model) * Mebi, parse.GetValue(origin) * Mebi);
            var figures = await SwarmBench.Run(shape, cancellation);
            FigureTable.Print(figures);
            if (parse.GetValue(json) is { } file) await FigureTable.WriteAsync(file, figures, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Option<int> Count(string name, int value, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is not [var token] || (int.TryParse(token.Value, out var number) && number > 0)) return;
            result.AddError($"{name} must be a whole number above 0.");
        });
        return option;
    }
}
