using System.CommandLine;
using OrleansDiffusion.Cli.Clusters;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Silo;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>`od chaos`: a cluster under load in which everything breaks, and what must hold all the same.</summary>
internal static class ChaosCommand
{
    private const double MinutesMax = 24 * 60;

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long things go wrong.", DefaultValueFactory = _ => 2, HelpName = "M" };
        var seed = new Option<int>("--seed") { Description = "What goes wrong when, and which jobs there are.", DefaultValueFactory = _ => 1, HelpName = "S" };
        var silos = new Option<int>("--silos") { Description = "How many silos.", DefaultValueFactory = _ => 3, HelpName = "N" };
        var keep = new Option<bool>("--keep") { Description = "Keep logs, database and pictures even when everything held." };
        Bound(minutes, 0.1, MinutesMax);
        Bound(silos, 1, 16);
        Bound(seed, 0, int.MaxValue);
        var command = new Command(
            "chaos",
            "Kill, freeze, drain and restart silos, API and PostgreSQL of a cluster of its own under load, and check that nothing was lost.")
        {
            minutes, seed, silos, keep,
        };
        command.SetGuardedAction((parse, cancellation) => Run(
            new ChaosOptions(TimeSpan.FromMinutes(parse.GetValue(minutes)), parse.GetValue(seed), parse.GetValue(silos)), parse.GetValue(keep), cancellation));
        return command;
    }

    private static async Task<int> Run(ChaosOptions options, bool isKept, CancellationToken cancellation)
    {
        if (VersionText.IsStandIn)
            throw new NodeStartException(
                "od chaos needs a cluster of processes, and this build's engine is the stand-in, which cannot join them (./od setup --help).");
        if (!OperatingSystem.IsLinux()) throw new NodeStartException("od chaos runs on Linux only.");
        using var data = new TemporaryData("od-chaos-");
        var story = new Story(TimeProvider.System);
        var report = await new ChaosRun(options, data.Folder, story, TimeProvider.System).PlayAsync(cancellation);
        report.Print(story);
        if (isKept || report.Broken.Count > 0) data.Keep();
        if (data.IsKept) AnsiConsole.MarkupLineInterpolated($"Logs, database and pictures are kept in {data.Folder.FullName}.");
        if (report.Broken.Count == 0)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"[green]✔[/] Everything held (--minutes {options.Duration.TotalMinutes} --seed {options.Seed} --silos {options.SiloCount}).");
            return ExitCode.Ok;
        }

        AnsiConsole.MarkupLineInterpolated($"[red]✘[/] {report.Broken.Count} things are broken.");
        return ExitCode.Failed;
    }

    private static void Bound<T>(Option<T> option, T min, T max) where T : IComparable<T> => option.Validators.Add(result =>
    {
        if (result.Errors.Any()) return;
        var value = result.GetValueOrDefault<T>();
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0) result.AddError($"{option.Name}: {value} is not from {min} to {max}.");
    });
}
