using System.CommandLine;
using OrleansDiffusion.Bench;
using OrleansDiffusion.Cli.Output;

namespace OrleansDiffusion.Cli.Benchmarks;

/// <summary>`od bench NAME`: figures with their budgets, taken in one run.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var command = new Command("bench", "Measure this build on this machine: medians and ratios from one run.");
        command.Subcommands.Add(One("pipeline", "The C# pipeline over the session runs inside it.", PipelineBench.Run));
        command.Subcommands.Add(One("served", "What API, grains, scheduler and stores add to a picture.", ServedBench.Run));
        command.Subcommands.Add(One("cluster", "What a cluster takes in and tells: accepted jobs and watchers' events per second.", ClusterBench.Run));
        command.Subcommands.Add(One("coldstart", "How fast a model of a gigabyte is ready, over what the machine can do.", ColdStartBench.Run));
        command.Subcommands.Add(SwarmCommand.Create());
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
            FigureTable.Print(figures);
            if (parse.GetValue(json) is { } file) await FigureTable.WriteAsync(file, figures, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }
}
