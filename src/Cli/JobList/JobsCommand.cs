using System.CommandLine;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Generate;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using Spectre.Console;

namespace OrleansDiffusion.Cli.JobList;

/// <summary>`od jobs`: what was asked for and what became of it.</summary>
internal static class JobsCommand
{
    public static Command Create()
    {
        var command = new Command("jobs", "List, show and cancel jobs.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Cancel());
        return command;
    }

    private static Command List()
    {
        var status = new Option<JobStatus?>("--status") { Description = "Only these: queued, running, succeeded, failed, cancelled.", HelpName = "STATUS" };
        var limit = new Option<int>("--limit") { Description = "How many, newest first.", DefaultValueFactory = _ => 20, HelpName = "N" };
        var connection = new ConnectionOptions();
        var command = new Command("list", "Show the newest jobs.") { status, limit };
        connection.AddTo(command);
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var session = await Session.OpenAsync(connection.Read(parse), loadModels: false, cancellation);
            var jobs = await session.Client.ListJobsAsync(new JobFilter(parse.GetValue(status), CountMax: Math.Clamp(parse.GetValue(limit), 1, 200)), cancellation);
            var table = new Table().Border(TableBorder.Simple).AddColumns("Job", "Created", "Status", "Model", "Took", "Prompt");
            foreach (var job in jobs.Jobs)
            {
                var took = job.FinishedAt is { } end ? Summary.Seconds((end - job.CreatedAt).TotalSeconds) : "";
                table.AddRow(job.Id, job.CreatedAt.ToString("u"), StatusMarkup(job.Status), Markup.Escape(job.Spec.Model), took, Markup.Escape(Shorten(job.Spec.Prompt)));
            }

            AnsiConsole.Write(table);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var id = IdArgument();
        var connection = new ConnectionOptions();
        var command = new Command("show", "Show everything about one job.") { id };
        connection.AddTo(command);
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var session = await Session.OpenAsync(connection.Read(parse), loadModels: false, cancellation);
            if (await session.Client.GetAsync(parse.GetValue(id)!, cancellation) is not { } job) return Unknown(parse.GetValue(id)!);
            JobCard.Print(AnsiConsole.Console, job);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Cancel()
    {
        var id = IdArgument();
        var connection = new ConnectionOptions();
        var command = new Command("cancel", "Stop a job; a running one ends at its next step.") { id };
        connection.AddTo(command);
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var session = await Session.OpenAsync(connection.Read(parse), loadModels: false, cancellation);
            var cancelled = await session.Client.CancelAsync(parse.GetValue(id)!, cancellation);
            AnsiConsole.MarkupLineInterpolated($"{parse.GetValue(id)} {(cancelled ? "is cancelled." : "had ended before.")}");
            return ExitCode.Ok;
        });
        return command;
    }

    internal static string StatusMarkup(JobStatus status) => status switch
    {
        JobStatus.Succeeded => "[green]succeeded[/]",
        JobStatus.Failed => "[red]failed[/]",
        JobStatus.Running => "[blue]running[/]",
        JobStatus.Cancelled => "[grey]cancelled[/]",
        _ => "queued",
    };

    private static Argument<string> IdArgument() => new("job") { Description = "The job's id, as `od jobs list` shows it." };

    private static string Shorten(string prompt) => prompt.Length <= 48 ? prompt : prompt[..47] + "…";

    private static int Unknown(string id)
    {
        Console.Error.WriteLine($"od: there is no job '{id}'.");
        return ExitCode.Failed;
    }
}
