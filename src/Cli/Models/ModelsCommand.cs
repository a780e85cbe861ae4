using System.CommandLine;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Jobs;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Models;

/// <summary>`od models`: what the cluster can draw with.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var command = new Command("models", "List, show, add and remove models, and change their policies.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        command.Subcommands.Add(AddCommand.Create());
        command.Subcommands.Add(PolicyCommand.Create(NameArgument()));
        command.Subcommands.Add(Remove());
        return command;
    }

    public static int Unknown(string name, IReadOnlyList<ModelEntry> models)
    {
        Console.Error.WriteLine($"od: there is no model '{name}'. There is: {string.Join(", ", models.Select(model => model.Name))}");
        return ExitCode.Failed;
    }

    private static Command List()
    {
        var connection = new ConnectionOptions();
        var command = new Command("list", "Show the registered models.");
        connection.AddTo(command);
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var session = await Session.OpenAsync(connection.Read(parse), loadModels: false, cancellation);
            var table = new Table().Border(TableBorder.Simple).AddColumns("Model", "Version", "Family", "Size", "Pictures", "Samplers");
            foreach (var model in await session.Client.ListModelsAsync(cancellation))
            {
                table.AddRow(
                    Markup.Escape(model.Name), model.Version, model.Facts.Family, Bytes.Text(model.FileBytes),
                    $"{model.Facts.DefaultWidth}x{model.Facts.DefaultHeight}", string.Join(' ', model.Facts.Samplers));
            }

            AnsiConsole.Write(table);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var name = NameArgument();
        var connection = new ConnectionOptions();
        var command = new Command("show", "Show everything about one model.") { name };
        connection.AddTo(command);
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var session = await Session.OpenAsync(connection.Read(parse), loadModels: false, cancellation);
            var models = await session.Client.ListModelsAsync(cancellation);
            var model = models.FirstOrDefault(candidate => candidate.Name == parse.GetValue(name));
            if (model is null) return Unknown(parse.GetValue(name)!, models);
            ModelCard.Print(AnsiConsole.Console, model);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var name = NameArgument();
        var connection = new ConnectionOptions();
        var command = new Command("remove", "Forget a model. Its files stay where they are.") { name };
        connection.AddTo(command);
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var session = await Session.OpenAsync(connection.Read(parse), loadModels: false, cancellation);
            if (!await session.Client.RemoveModelAsync(parse.GetValue(name)!, cancellation))
                return Unknown(parse.GetValue(name)!, await session.Client.ListModelsAsync(cancellation));
            AnsiConsole.MarkupLineInterpolated($"[green]✔[/] {parse.GetValue(name)} is forgotten.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Argument<string> NameArgument() => new("name") { Description = "The model's name, as `od models list` shows it." };
}
