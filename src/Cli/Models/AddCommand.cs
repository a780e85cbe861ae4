using System.CommandLine;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Models;

/// <summary>`od models add`: a folder that the cluster sees, or an address that it fetches.</summary>
internal static class AddCommand
{
    public static Command Create()
    {
        var place = new Argument<string>("folder|url")
        {
            Description = "A model in the Diffusers/Optimum ONNX layout (model_index.json at its top): a folder that the cluster sees, or "
                + "http://, https:// or s3://bucket/folder, which is fetched.",
        };
        var name = new Option<string?>("--name") { Description = "What to call it. Default: the folder's name.", HelpName = "NAME" };
        var connection = new ConnectionOptions();
        var command = new Command("add", "Check a model and register it.") { place, name };
        place.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ModelAddress.IsMeant(token.Value) && ModelAddress.ProblemOf(token.Value) is { } problem)
                result.AddError($"'{token.Value}' {problem}");
        });
        connection.AddTo(command);
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var session = await Session.OpenAsync(connection.Read(parse), loadModels: false, cancellation);
            var (from, called) = (parse.GetValue(place)!, parse.GetValue(name));
            var answer = ModelAddress.IsMeant(from)
                ? await Fetch(session, from, called, cancellation)
                : await session.Client.AddModelAsync(Path.GetFullPath(from), called, cancellation);
            foreach (var warning in answer.Warnings) AnsiConsole.MarkupLineInterpolated($"[yellow]note:[/] {warning}");
            AnsiConsole.MarkupLineInterpolated($"[green]✔[/] {answer.Added!.Name}, version {answer.Added.Version}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<AddModelAnswer> Fetch(Session session, string url, string? name, CancellationToken cancellation)
    {
        try
        {
            await using var view = FetchView.Start(AnsiConsole.Console);
            return await session.Client.AddModelFromAsync(url, name, view, cancellation: cancellation);
        }
        catch (OperationCanceledException) when (session.IsElsewhere)
        {
            Console.Error.WriteLine("The server goes on with it. The same command shows how far it is; DELETE /v1/additions/ID stops it.");
            throw;
        }
    }
}
