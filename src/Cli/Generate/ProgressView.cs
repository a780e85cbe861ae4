using OrleansDiffusion.Abstractions;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Generate;

/// <summary>
/// The progress of one job in a terminal: set-up, model load, steps with it/s. Where output is not a terminal, one line
/// per phase goes to standard error instead.
/// </summary>
internal sealed class ProgressView : IProgress<JobEvent>, IAsyncDisposable
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _rendering;
    private readonly ProgressTask? _setup;
    private readonly ProgressTask? _load;
    private readonly ProgressTask? _steps;
    private string? _lastLine;

    private ProgressView(IAnsiConsole console)
    {
        if (!console.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            _rendering = Task.CompletedTask;
            return;
        }

        ProgressTask? setup = null, load = null, steps = null;
        _rendering = console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .StartAsync(context =>
            {
                setup = context.AddTask("Starting", maxValue: 1).IsIndeterminate();
                load = context.AddTask("Loading the model", autoStart: false, maxValue: 1);
                steps = context.AddTask("Drawing", autoStart: false, maxValue: 1);
                return _finished.Task;
            });
        (_setup, _load, _steps) = (setup, load, steps);
    }

    public static ProgressView Start(IAnsiConsole console) => new(console);

    public void Connected(string where)
    {
        Line($"Cluster: {where}");
        Done(_setup);
        _load?.StartTask();
    }

    public void Report(JobEvent value)
    {
        var progress = value.Progress;
        switch (progress.Phase)
        {
            case "queued":
                Line(progress.Waiting ?? $"Queued, place {progress.QueuePosition}");
                if (_load is not null) _load.Description = Markup.Escape(progress.Waiting ?? "Waiting");
                break;
            case "load":
                Line("Loading the model");
                break;
            default:
                Done(_load);
                ShowSteps(progress);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _finished.TrySetResult();
        await _rendering;
    }

    private void ShowSteps(JobProgress progress)
    {
        var speed = progress.StepsPerSecond is { } rate ? $"  {rate:0.0} it/s" : "";
        var picture = progress.ImageCount > 1 ? $" {progress.ImageIndex + 1} of {progress.ImageCount}" : "";
        Line($"Drawing{picture}");
        if (_steps is null) return;
        _steps.StartTask();
        _steps.Value = progress.Fraction;
        _steps.Description = $"Drawing{picture}, step {progress.Step}/{progress.Steps}{speed}";
    }

    private static void Done(ProgressTask? task)
    {
        if (task is null || task.IsFinished) return;
        task.IsIndeterminate = false;
        task.Value = task.MaxValue;
        task.StopTask();
    }

    private void Line(string text)
    {
        if (_setup is not null || text == _lastLine) return;
        _lastLine = text;
        Console.Error.WriteLine(text);
    }
}
