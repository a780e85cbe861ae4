using System.CommandLine;
using System.Text.Json;
using OrleansDiffusion.Bench;
using OrleansDiffusion.Cli.Output;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Benchmarks;

/// <summary>`od bench NAME`: figures with their budgets, taken in one run.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var command = new Command("bench", "Measure this build on this machine: medians and ratios from one run.");
        command.Subcommands.Add(One("pipeline", "The C# pipeline over the session runs inside it.", PipelineBench.Run));
        command.Subcommands.Add(One("served", "What API, grains, scheduler and stores add to a picture.", ServedBench.Run));
        command.Subcommands.Add(One("cluster", "What a cluster takes in and tells: accepted jobs and watchers' events per second.", ClusterBench.Run));
        command.Subcommands.Add(One("coldstart", "How fast a model of a gigabyte is ready, over what the machine can do.", ColdStartBench.Run));
        return command;
    }

    private static Command One(string name, string description, Func<BenchOptions, CancellationToken, Task<IReadOnlyList<Figure>>> run)
    {
        var json = new Option<FileInfo?>("--json") { Description = "Also write the figures to a file, as one flat object.", HelpName = "FILE" };
        var runs = new Option<int?>("--runs") { Description = "How many pictures (cluster: submissions, coldstart: rounds) to measure.", HelpName = "N" };
        var steps = new Option<int>("--steps") { Description = "Steps of each picture.", DefaultValueFactory = _ => 25, HelpName = "N" };
        var model = new Option<DirectoryInfo?>("--model-folder") { Description = "Default: the demo model.", HelpName = "FOLDER" };
        var command = new Command(name, description) { json, runs, steps, model };
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            var options = new BenchOptions(BenchModel.Folder(parse.GetValue(model)), parse.GetValue(steps), parse.GetValue(runs));
            var figures = await run(options, cancellation);
            Print(figures);
            if (parse.GetValue(json) is { } file) await WriteAsync(file, figures, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Figure> figures)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Figure", "Value", "Budget", "Meaning");
        foreach (var figure in figures)
        {
            var value = figure.Holds == false ? $"[red]{figure.Value:0.####}[/]" : $"{figure.Value:0.####}";
            table.AddRow(figure.Name, value, figure.Budget, Markup.Escape(figure.Meaning));
        }

        AnsiConsole.Write(table);
    }

    private static async Task WriteAsync(FileInfo file, IReadOnlyList<Figure> figures, CancellationToken cancellation)
    {
        await using var stream = file.Create();
        var flat = figures.ToDictionary(figure => figure.Name, figure => figure.Value);
        await JsonSerializer.SerializeAsync(stream, flat, Indented, cancellation);
    }
}
