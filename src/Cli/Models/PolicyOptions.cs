using System.CommandLine;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Models;

/// <summary>What can be said of a pool's policy, and what it comes to.</summary>
internal sealed class PolicyOptions
{
    private const string AnyProvider = "any";
    private const double SecondsMax = 1e9;

    private readonly Option<int?> _min = Number<int?>("--min", "Replicas that stay even with nothing to do.");
    private readonly Option<int?> _max = Number<int?>("--max", "Replicas at most.");
    private readonly Option<int?> _step = Number<int?>("--step", "Replicas come and go in multiples of this.");
    private readonly Option<int?> _standby = Number<int?>("--standby", "Ready replicas with nothing to do.");
    private readonly Option<bool> _lapses = Flag("--standby-lapses", "Hold standby only while the pool's history says that it will soon be wanted.");
    private readonly Option<bool> _noLapses = Flag("--no-standby-lapses", "Hold standby always.");
    private readonly Option<int?> _weights = Number<int?>(
        "--weights-standby", "Silos beside those with a replica that hold the model's weights ahead. Default: as many as the standby.");

    private readonly Option<int?> _queue = Number<int?>("--queue-max", "Waiting jobs at most.");
    private readonly Option<int?> _batch = Number<int?>("--batch-max", "Samples that one replica advances in one step.");
    private readonly Option<double?> _keepAlive = Number<double?>(
        "--keep-alive", "Seconds that a replica above the target may idle: at most, while the pool's history has few gaps or too long ones.");

    private readonly Option<double?> _quantile = Number<double?>(
        "--keep-alive-quantile", "Share of the pool's own gaps that an idle replica outlasts at most, from 0 to 1; 0 keeps to --keep-alive.");

    private readonly Option<double?> _keepAliveMax = Number<double?>(
        "--keep-alive-max", "Seconds; gaps whose quantile is longer than this teach nothing.");

    private readonly Option<double?> _waitWorth = Number<double?>(
        "--wait-worth", "Idle device-seconds that it is worth to spare somebody one second of waiting.");

    private readonly Option<string[]> _schedules = new("--schedule")
    {
        Description = $"Other numbers at certain times: {ScheduleText.Rule}. May be repeated. Replaces all that there were.",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _noSchedules = Flag("--no-schedules", "Have no other numbers at any time.");

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

    private readonly Option<bool> _noLabels = Flag("--no-labels", "Ask for no labels any more.");

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _min, _max, _step, _standby, _lapses, _noLapses, _weights, _keepAlive, _quantile, _keepAliveMax, _waitWorth, _schedules,
            _noSchedules, _queue, _batch, _provider, _labels, _noLabels,
        ];
        foreach (var option in all) command.Options.Add(option);
        _provider.AcceptOnlyFromAmong([.. DeviceNeedsRules.Providers, AnyProvider]);
        Check(_labels, text => LabelText.Parse(text) is not null, $"is not name=value. The name {DeviceNeedsRules.NameRule}.");
        Check(_schedules, text => ScheduleText.Parse(text) is not null, $"is not {ScheduleText.Rule}.");
        command.Validators.Add(result =>
        {
            if (result.GetValue(_lapses) && result.GetValue(_noLapses)) result.AddError("--standby-lapses and --no-standby-lapses contradict each other.");
        });
    }

    public PoolPolicy Change(PoolPolicy policy, ParseResult parse) => policy with
    {
        Min = parse.GetValue(_min) ?? policy.Min,
        Max = parse.GetValue(_max) ?? policy.Max,
        Step = parse.GetValue(_step) ?? policy.Step,
        Standby = parse.GetValue(_standby) ?? policy.Standby,
        StandbyLapses = parse.GetValue(_lapses) || (policy.StandbyLapses && !parse.GetValue(_noLapses)),
        WeightsStandby = parse.GetValue(_weights) ?? policy.WeightsStandby,
        KeepAlive = Seconds(parse.GetValue(_keepAlive)) ?? policy.KeepAlive,
        KeepAliveQuantile = parse.GetValue(_quantile) ?? policy.KeepAliveQuantile,
        KeepAliveMax = Seconds(parse.GetValue(_keepAliveMax)) ?? policy.KeepAliveMax,
        WaitWorth = parse.GetValue(_waitWorth) ?? policy.WaitWorth,
        Schedules = Change(policy.Schedules, parse),
        QueueCountMax = parse.GetValue(_queue) ?? policy.QueueCountMax,
        BatchMax = parse.GetValue(_batch) ?? policy.BatchMax,
        Needs = Change(policy.Needs, parse),
    };

    private IReadOnlyList<PoolSchedule> Change(IReadOnlyList<PoolSchedule> schedules, ParseResult parse)
    {
        if (parse.GetValue(_schedules) is { Length: > 0 } texts) return [.. texts.Select(text => ScheduleText.Parse(text)!)];
        return parse.GetValue(_noSchedules) ? [] : schedules;
    }

    private DeviceNeeds Change(DeviceNeeds needs, ParseResult parse)
    {
        if (parse.GetValue(_provider) is { } provider) needs = needs with { Provider = provider == AnyProvider ? null : provider };
        if (parse.GetValue(_noLabels)) needs = needs with { Labels = DeviceNeeds.None.Labels };
        if (parse.GetValue(_labels) is not { Length: > 0 } texts) return needs;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts) labels[LabelText.Parse(text)!.Value.Key] = LabelText.Parse(text)!.Value.Value;
        return needs with { Labels = labels };
    }

    /// <summary>Whatever is no length of time is left to the rules to refuse.</summary>
    private static TimeSpan? Seconds(double? seconds) =>
        seconds is { } said ? TimeSpan.FromSeconds(double.IsNaN(said) ? -1 : Math.Clamp(said, -1, SecondsMax)) : null;

    private static void Check(Option<string[]> option, Func<string, bool> isGood, string otherwise) =>
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !isGood(token.Value))) result.AddError($"{option.Name}: '{token.Value}' {otherwise}");
        });

    private static Option<T> Number<T>(string name, string description) => new(name) { Description = description, HelpName = "N" };

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
