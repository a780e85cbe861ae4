using Microsoft.Extensions.Logging;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>What a silo logs, as lines of the trace.</summary>
internal sealed class StoryLog(string silo, Witness witness) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => witness.IsTracing && logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var because = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
        witness.Note($"{silo} logs: {formatter(state, exception)}{because}");
    }

    public void Dispose()
    {
    }
}
