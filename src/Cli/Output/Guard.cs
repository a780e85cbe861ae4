using System.CommandLine;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Client;
using OrleansDiffusion.Silo;
using OrleansDiffusion.Simulator;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Cli.Output;

/// <summary>Runs a command and turns what can go wrong outside the program into one clear line and an exit code.</summary>
internal static class Guard
{
    /// <summary>
    /// How long a command may take to end after it was asked to: its node gives its jobs back first. Longer than the host
    /// takes at most (30 s), shorter than the grace period of containers (60 s in deploy/).
    /// </summary>
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(45);

    public static void SetGuardedAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction((parse, cancellation) => Run(() => action(parse, cancellation), cancellation));

    private static async Task<int> Run(Func<Task<int>> action, CancellationToken cancellation)
    {
        try
        {
            return await action();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine("od: stopped.");
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (Explain(exception) is { } lines)
        {
            foreach (var line in lines) Console.Error.WriteLine($"od: {line}");
            return ExitCode.Failed;
        }
    }

    /// <summary>Null for what is a bug of ours: that one keeps its stack trace.</summary>
    private static IEnumerable<string>? Explain(Exception exception) => exception switch
    {
        DiffusionException { Refusal: { Problems: [_, ..] problems } } => problems.Select(problem => $"{problem.Field}: {problem.Message}"),
        DiffusionException refused => [refused.Message],
        NodeStartException start => [start.Message],
        StorageException storage => [storage.Message],
        TraceException trace => trace.Message.Split('\n'),
        OptionsValidationException options => options.Failures,
        HttpRequestException { InnerException: SocketException } http => [$"the server does not answer: {http.Message}"],
        HttpRequestException http => [http.Message],
        UnauthorizedAccessException denied => [denied.Message],
        IOException io => [io.Message],
        AggregateException { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
