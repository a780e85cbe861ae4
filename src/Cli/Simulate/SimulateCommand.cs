using System.CommandLine;
using System.Text.Json;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Simulator;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Simulate;

/// <summary>`od simulate`: what the pools' decisions would have done with a trace, beside simpler ones.</summary>
internal static class SimulateCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var options = new SimulateOptions();
        var command = new Command("simulate", "Play requests against the scaling policies: waits, device-hours and loads, side by side.");
        foreach (var option in options.All) command.Options.Add(option);
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            var (trace, cluster) = (options.ReadTrace(parse), options.Cluster(parse));
            var comparison = new Comparison(trace, cluster, options.Settings(parse), cancellation);
            var rows = comparison.Rows(parse.GetValue(options.Policies)!, parse.GetValue(options.Standby)!, parse.GetValue(options.EqualCost));
            var figures = rows.Select(row => row.Result.Figures(parse.GetValue(options.Price)) with { Policy = row.Name }).ToList();
            Print(trace, cluster, figures, [.. rows.Select(row => row.Result.WaitMeanSeconds)]);
            foreach (var note in rows.Select(row => row.Note).OfType<string>()) AnsiConsole.MarkupLine(Markup.Escape(note));
            if (parse.GetValue(options.Json) is { } file) await WriteAsync(file, figures, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(Trace trace, SimulatedCluster cluster, IReadOnlyList<PolicyFigures> figures, double[] means)
    {
        var skipped = trace.SkippedCount > 0 ? $" ({trace.SkippedCount} that never ran left out)" : "";
        AnsiConsole.MarkupLine(Markup.Escape(
            $"{trace.Name}: {trace.Count} requests{skipped}, {trace.ModelNames.Count} models, {trace.Arrivals[^1] / 3600:0.0} h; "
            + $"up to {cluster.DeviceCount} devices of {cluster.ResidentCount}"));
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "Policy", "Waiting > 1 s", "Mean s", "p50 s", "p95 s", "p99 s", "Device-hours", "Busy hours", "Loads per request", "Cost");
        foreach (var (row, mean) in figures.Zip(means))
        {
            table.AddRow(
                Markup.Escape(row.Policy), $"{row.ShareWaitingOver1s * 100:0.0} %", $"{mean:0.0}",
                $"{row.WaitP50S:0.0}", $"{row.WaitP95S:0.0}", $"{row.WaitP99S:0.0}",
                $"{row.DeviceHours:0.0}", $"{row.BusyHours:0.0}", $"{row.LoadsPerRequest:0.000}", $"{row.Cost:0.0}");
        }

        AnsiConsole.Write(table);
    }

    private static async Task WriteAsync(FileInfo file, IReadOnlyList<PolicyFigures> figures, CancellationToken cancellation)
    {
        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, figures, Indented, cancellation);
    }
}
