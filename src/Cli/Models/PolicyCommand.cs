using System.CommandLine;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Jobs;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Models;

/// <summary>`od models policy`: how many replicas a model has, and on what devices. What is not said stays as it is.</summary>
internal static class PolicyCommand
{
    private const string AnyProvider = "any";

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

    private sealed class PolicyOptions
    {
        private readonly Option<int?> _min = Number("--min", "Replicas that stay even with nothing to do.");
        private readonly Option<int?> _max = Number("--max", "Replicas at most.");
        private readonly Option<int?> _step = Number("--step", "Replicas come and go in multiples of this.");
        private readonly Option<int?> _standby = Number("--standby", "Ready replicas with nothing to do.");
        private readonly Option<int?> _queue = Number("--queue-max", "Waiting jobs at most.");
        private readonly Option<int?> _batch = Number("--batch-max", "Samples that one replica advances in one step.");
        private readonly Option<double?> _keepAlive = new("--keep-alive")
        {
            Description = "Seconds that a replica above the target may idle.",
            HelpName = "N",
        };

        private readonly Option<string?> _provider = new("--provider")
        {
            Description = $"Only on devices of this kind: {string.Join(", ", DeviceNeedsRules.Providers)} or {AnyProvider}.",
            HelpName = "NAME",
        };

        private readonly Option<string[]> _labels = new("--label")
        {
            Description = "name=value that a device must carry, such as gpu=h100; may be repeated. Replaces all that were asked for before.",
            HelpName = "TEXT",
        };

        private readonly Option<bool> _noLabels = new("--no-labels") { Description = "Ask for no labels any more." };

        public void AddTo(Command command)
        {
            foreach (var option in (Option[])[_min, _max, _step, _standby, _keepAlive, _queue, _batch, _provider, _labels, _noLabels])
                command.Options.Add(option);
            _provider.AcceptOnlyFromAmong([.. DeviceNeedsRules.Providers, AnyProvider]);
            _labels.Validators.Add(result =>
            {
                foreach (var token in result.Tokens.Where(token => LabelText.Parse(token.Value) is null))
                    result.AddError($"--label: '{token.Value}' is not name=value. The name {DeviceNeedsRules.NameRule}.");
            });
        }

        public PoolPolicy Change(PoolPolicy policy, ParseResult parse) => policy with
        {
            Min = parse.GetValue(_min) ?? policy.Min,
            Max = parse.GetValue(_max) ?? policy.Max,
            Step = parse.GetValue(_step) ?? policy.Step,
            Standby = parse.GetValue(_standby) ?? policy.Standby,
            KeepAlive = parse.GetValue(_keepAlive) is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, -1, 1e9)) : policy.KeepAlive,
            QueueCountMax = parse.GetValue(_queue) ?? policy.QueueCountMax,
            BatchMax = parse.GetValue(_batch) ?? policy.BatchMax,
            Needs = Change(policy.Needs, parse),
        };

        private DeviceNeeds Change(DeviceNeeds needs, ParseResult parse)
        {
            if (parse.GetValue(_provider) is { } provider) needs = needs with { Provider = provider == AnyProvider ? null : provider };
            if (parse.GetValue(_noLabels)) needs = needs with { Labels = DeviceNeeds.None.Labels };
            if (parse.GetValue(_labels) is not { Length: > 0 } texts) return needs;
            var labels = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var text in texts) labels[LabelText.Parse(text)!.Value.Key] = LabelText.Parse(text)!.Value.Value;
            return needs with { Labels = labels };
        }

        private static Option<int?> Number(string name, string description) => new(name) { Description = description, HelpName = "N" };
    }
}
