using OrleansDiffusion.Jobs;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Generate;

/// <summary>What is said at the end: the files, what makes them again, and where the time went.</summary>
internal static class Summary
{
    public static void Print(IAnsiConsole console, IReadOnlyList<string> files, JobRecord job)
    {
        var spec = job.Spec;
        foreach (var file in files) console.MarkupLineInterpolated($"[green]✔[/] {file}");
        console.MarkupLineInterpolated(
            $"  seed {spec.Seed}, model {spec.Model}, {spec.Width}x{spec.Height}, {spec.Steps} steps, guidance {spec.Guidance}, {spec.Sampler}");
        foreach (var warning in job.Warnings) console.MarkupLineInterpolated($"  [yellow]note:[/] {warning}");
        PrintLedger(console, job);
    }

    private static void PrintLedger(IAnsiConsole console, JobRecord job)
    {
        if (job.Phases.Count == 0) return;
        var total = job.Phases.Max(phase => phase.StartSeconds + phase.Seconds);
        var parts = job.Phases
            .GroupBy(phase => phase.Name)
            .Select(group => $"{group.Key} {Seconds(group.Sum(phase => phase.Seconds))}");
        console.MarkupLineInterpolated($"  [grey]{Seconds(total)} in all: {string.Join(", ", parts)}[/]");
    }

    internal static string Seconds(double seconds) => seconds switch
    {
        < 0.001 => "0 ms",
        < 1 => $"{seconds * 1000:0} ms",
        < 60 => $"{seconds:0.0} s",
        _ => $"{(int)(seconds / 60)} min {seconds % 60:00} s",
    };
}
