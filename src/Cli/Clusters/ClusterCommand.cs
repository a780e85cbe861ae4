using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Silo;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>`od cluster`: a cluster of several processes on this machine.</summary>
internal static class ClusterCommand
{
    public static Command Create()
    {
        var command = new Command("cluster", "Run a whole cluster on this machine: PostgreSQL, silos and an API, each a process of its own.");
        command.Subcommands.Add(Up());
        command.Subcommands.Add(Status());
        command.Subcommands.Add(Kill());
        command.Subcommands.Add(Down());
        return command;
    }

    private static Command Up()
    {
        var data = new ConnectionOptions().Data;
        var silos = new Option<int>("--silos") { Description = "How many silos.", DefaultValueFactory = _ => 2, HelpName = "N" };
        silos.Validators.Add(result => CheckCount(result, "--silos"));
        var most = new Option<int?>("--max-silos")
        {
            Description = "Let the cluster start and stop silos by itself, up to so many. Default: as many as --silos says.", HelpName = "N",
        };
        most.Validators.Add(result => CheckCount(result, "--max-silos"));
        var port = new Option<int>("--port", "-p") { Description = "TCP port of the API; 0 takes a free one.", HelpName = "N" };
        var database = new ClusterOptions().Database;
        database.Description = "PostgreSQL to use. Default: a server of the cluster's own in the data folder.";
        var command = new Command("up", "Start what does not run yet, and wait until pictures can be asked for.") { silos, most, port, database, data };
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            var (count, countMax) = (parse.GetValue(silos), parse.GetValue(most));
            if (countMax < count) throw new NodeStartException($"--max-silos is {countMax} and must not be below --silos, which is {count}.");
            var cluster = Open(parse.GetValue(data), countMax is { } max ? LocalSilos.SettingsOf(count, max) : null);
            await cluster.UpAsync(count, parse.GetValue(port), parse.GetValue(database), cancellation);
            Show(cluster);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void CheckCount(OptionResult result, string name)
    {
        if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var count) || count is < 1 or > 64))
            result.AddError($"{name}: '{token.Value}' is not a number from 1 to 64.");
    }

    private static Command Status()
    {
        var data = new ConnectionOptions().Data;
        var command = new Command("status", "Show the processes.") { data };
        command.SetGuardedAction((parse, _) =>
        {
            Show(Open(parse.GetValue(data)));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static Command Kill()
    {
        var data = new ConnectionOptions().Data;
        var number = new Argument<int>("silo") { Description = "Number of the silo." };
        var command = new Command("kill", "Kill a silo at once, as a crash would; `up` brings it back.") { number, data };
        command.SetGuardedAction((parse, _) =>
        {
            var name = $"silo-{parse.GetValue(number)}";
            var cluster = Open(parse.GetValue(data));
            var silo = cluster.Processes.Find(process => process.Name == name && process.IsAlive)
                ?? throw new NodeStartException($"{name} does not run here.");
            silo.KillAtOnce();
            AnsiConsole.MarkupLineInterpolated($"{name} (process {silo.Id}) is killed.");
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static Command Down()
    {
        var data = new ConnectionOptions().Data;
        var command = new Command("down", "Stop everything in order; jobs and pictures stay.") { data };
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await Open(parse.GetValue(data)).DownAsync(cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <param name="data">As the option says.</param>
    /// <param name="growth">Settings of a cluster that starts and stops silos by itself; null for one that does not.</param>
    private static LocalCluster Open(DirectoryInfo? data, IReadOnlyDictionary<string, string>? growth = null) => OperatingSystem.IsLinux()
        ? growth is null ? new LocalCluster(DataFolder.Of(data)) : new LocalCluster(DataFolder.Of(data)) { Settings = growth, SiloArguments = [LocalSilos.Option] }
        : throw new NodeStartException("od cluster runs on Linux only; elsewhere start od silo and od api yourself.");

    private static void Show(LocalCluster cluster)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Process", "Id", "Lives", "HTTP");
        foreach (var process in cluster.Processes)
            table.AddRow(process.Name, process.Id.ToString(), process.IsAlive ? "yes" : "no", $"http://127.0.0.1:{process.Port}/");
        AnsiConsole.Write(table);
        if (cluster.Address is { } address) AnsiConsole.MarkupLineInterpolated($"[green]✔[/] Dashboard and API: {address}");
    }
}
