using System.CommandLine;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Generate;

/// <summary>`od generate PROMPT`: a picture, its progress while it is made, and where the time went.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var options = new GenerateOptions();
        var connection = new ConnectionOptions();
        var command = new Command("generate", "Draw one or more pictures from a prompt.");
        options.AddTo(command);
        connection.AddTo(command);
        command.SetGuardedAction((parse, cancellation) =>
            Run(options.Read(parse), parse.GetValue(options.Output), connection.Read(parse), cancellation));
        return command;
    }

    private static async Task<int> Run(GenerationRequest request, string? output, Connection connection, CancellationToken cancellation)
    {
        OutputFiles.CheckWritable(output);
        GenerationResult result;
        await using (var view = ProgressView.Start(AnsiConsole.Console))
        {
            await using var session = await Session.OpenAsync(connection, loadModels: true, cancellation);
            view.Connected(session.Where);
            result = await session.Client.GenerateAsync(request, view, cancellation);
        }

        var files = await OutputFiles.WriteAsync(output, result, cancellation);
        Summary.Print(AnsiConsole.Console, files, result.Job);
        return ExitCode.Ok;
    }
}
