using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Cli.Generate;
using OrleansDiffusion.Cli.Output;
using Spectre.Console;

namespace OrleansDiffusion.Cli.JobList;

/// <summary>One job in full, for a person.</summary>
internal static class JobCard
{
    public static void Print(IAnsiConsole console, JobView view)
    {
        var (job, progress) = view;
        var spec = job.Spec;
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        void Row(string name, string? value)
        {
            if (value is not null) grid.AddRow($"[grey]{name}[/]", Markup.Escape(value));
        }

        Row("job", job.Id);
        grid.AddRow("[grey]status[/]", JobsCommand.StatusMarkup(job.Status));
        Row("prompt", spec.Prompt);
        Row("negative", spec.NegativePrompt);
        Row("picture", $"{spec.Count} x {spec.Width}x{spec.Height}, {spec.Steps} steps, guidance {spec.Guidance}, {spec.Sampler}, seed {spec.Seed}");
        Row("model", $"{spec.Model} ({spec.ModelVersion})");
        Row("device", job.Device);
        Row("waiting", progress.Waiting);
        Row("error", job.Error?.Message);
        foreach (var warning in job.Warnings) Row("note", warning);
        foreach (var phase in job.Phases) Row(phase.Name, $"{Summary.Seconds(phase.Seconds)}, after {Summary.Seconds(phase.StartSeconds)}");
        foreach (var artifact in job.Artifacts) Row($"picture {artifact.Index + 1}", $"{artifact.Id} ({Bytes.Text(artifact.Bytes)}, seed {artifact.Seed})");
        console.Write(grid);
    }
}
