using OrleansDiffusion.Jobs;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>What a run found.</summary>
/// <param name="Findings">All of it.</param>
/// <param name="Broken">What must not be; empty when everything held.</param>
/// <param name="Began">Of the load.</param>
/// <param name="Ended">Of the load and its mishaps.</param>
/// <param name="Settled">How long after that the last job ended and the last caller was answered.</param>
internal sealed record ChaosReport(Findings Findings, IReadOnlyList<string> Broken, DateTimeOffset Began, DateTimeOffset Ended, TimeSpan Settled)
{
    private const int LinesMax = 40;

    public void Print(Story story)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("What", "How much");
        table.AddRow("accepted jobs", $"{Findings.Accepted.DistinctBy(accepted => accepted.JobId).Count()}");
        foreach (var status in Findings.Stored.CountBy(job => job.Status).OrderBy(status => status.Key))
            table.AddRow($"  {status.Key}", $"{status.Value}");
        table.AddRow("leases", $"{Findings.Stored.Sum(job => job.Epoch)}");
        table.AddRow("jobs with more than one lease", $"{Findings.Stored.Count(job => job.Epoch > 1)}");
        table.AddRow("pictures compared with the calm run's", $"{Findings.Stored.Sum(job => job.Artifacts.Count)}");
        table.AddRow("files", $"{Findings.Files.Count}");
        foreach (var (what, count) in story.Counts.OrderBy(count => count.Key, StringComparer.Ordinal)) table.AddRow(Markup.Escape(what), $"{count}");
        var (gap, at) = Gaps.Longest(Findings.Stored.Select(job => job.FinishedAt).OfType<DateTimeOffset>(), Began, Ended);
        table.AddRow("longest time without a finished job", $"{gap.TotalSeconds:0.0} s, from {(at - Began).TotalSeconds:0.0} s on");
        var (silence, silenceEnded) = story.LongestSilence;
        table.AddRow("longest silence for a watcher", $"{silence.TotalSeconds:0.0} s, to {silenceEnded.TotalSeconds:0.0} s");
        table.AddRow("settled after the last mishap in", $"{Settled.TotalSeconds:0.0} s");
        AnsiConsole.Write(table);
        foreach (var line in Broken.Take(LinesMax)) AnsiConsole.MarkupLineInterpolated($"[red]✘[/] {line}");
        if (Broken.Count > LinesMax) AnsiConsole.MarkupLineInterpolated($"[red]✘[/] and {Broken.Count - LinesMax} more.");
    }
}
