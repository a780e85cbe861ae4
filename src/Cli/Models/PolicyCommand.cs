using System.CommandLine;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Jobs;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Models;

/// <summary>`od models policy`: how many replicas a model has, and on what devices. What is not said stays as it is.</summary>
internal static class PolicyCommand
{
    public static Command Create(Argument<string> name)
    {
        var options = new PolicyOptions();
        var connection = new ConnectionOptions();
        var command = new Command("policy", "Change how many replicas a model has and on what devices. What is not said stays as it is.") { name };
        options.AddTo(command);
        connection.AddTo(command);
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var session = await Session.OpenAsync(connection.Read(parse), loadModels: false, cancellation);
            var models = await session.Client.ListModelsAsync(cancellation);
            var model = models.FirstOrDefault(candidate => candidate.Name == parse.GetValue(name));
            if (model is null) return ModelsCommand.Unknown(parse.GetValue(name)!, models);

            var policy = options.Change(model.Policy, parse);
            await session.Client.SetPolicyAsync(model.Name, policy, cancellation);
            ModelCard.Print(AnsiConsole.Console, model with { Policy = policy });
            return ExitCode.Ok;
        });
        return command;
    }
}
