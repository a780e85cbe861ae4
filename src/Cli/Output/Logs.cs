using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace OrleansDiffusion.Cli.Output;

/// <summary>Logs of commands that run a node: ours from a level on, everybody else's from Warning on, to standard error.</summary>
internal sealed class Logs
{
    private readonly LogLevel _ours;
    private volatile bool _isStopping;

    private Logs(LogLevel ours) => _ours = ours;

    public static Logs Configure(ILoggingBuilder logging, LogLevel ours = LogLevel.Information)
    {
        var logs = new Logs(ours);
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter(nameof(OrleansDiffusion), logs.Shows);
        logging.AddFilter("Orleans.", level => logs.ShowsEngine(level));
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error); // It recommends a garbage collector at every start.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error); // At every start it misses the hours before it.
        logging.AddFilter("Polly", LogLevel.None); // The engine's retries; whoever asked hears when they were in vain.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // NodeStart says it in one line.
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.ColorBehavior = Console.IsErrorRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        return logs;
    }

    /// <summary>While a node stops, its parts miss each other, as they must; warnings of that help nobody.</summary>
    public void QuietWhenStopping(IHost host) =>
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => _isStopping = true);

    private bool Shows(LogLevel level) => level >= (_isStopping ? LogLevel.Error : _ours);

    private bool ShowsEngine(LogLevel level)
    {
        if (_isStopping) return level >= LogLevel.Critical;
        return level >= (_ours > LogLevel.Information ? LogLevel.Error : LogLevel.Warning);
    }
}
