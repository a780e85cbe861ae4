using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Cli.Output;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Models;

/// <summary>How far a model is that is fetched; a line for every tenth of it on standard error where output is not a terminal.</summary>
internal sealed class FetchView : IProgress<ModelAddition>, IAsyncDisposable
{
    private const int LineCount = 10;

    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _rendering = Task.CompletedTask;
    private readonly ProgressTask? _bar;
    private int _lastStep = -1;

    private FetchView(IAnsiConsole console)
    {
        if (!console.Profile.Capabilities.Interactive || Console.IsOutputRedirected) return;
        ProgressTask? bar = null;
        _rendering = console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .StartAsync(context =>
            {
                bar = context.AddTask("Asking for it", maxValue: 1);
                return _finished.Task;
            });
        _bar = bar;
    }

    public static FetchView Start(IAnsiConsole console) => new(console);

    public void Report(ModelAddition value)
    {
        if (value.State == AdditionState.Failed) return;
        var fraction = value.ArrivedBytes / (double)Math.Max(1, value.TotalBytes);
        var text = value.State == AdditionState.Fetching
            ? $"Fetching, {Bytes.Text(value.ArrivedBytes)} of {Bytes.Text(value.TotalBytes)}"
            : "Checking";
        if (_bar is null) Line(value.State == AdditionState.Fetching ? (int)(fraction * LineCount) : LineCount + 1, text);
        else (_bar.Value, _bar.Description) = (fraction, text);
    }

    public async ValueTask DisposeAsync()
    {
        _finished.TrySetResult();
        await _rendering;
    }

    private void Line(int step, string text)
    {
        if (step == _lastStep) return;
        _lastStep = step;
        Console.Error.WriteLine(text);
    }
}
