using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OrleansDiffusion.Simulator;

namespace OrleansDiffusion.Cli.Simulate;

/// <summary>The options of `od simulate`, and what they come to.</summary>
internal sealed class SimulateOptions
{
    private const int DeviceCountMax = 100_000;
    private const int JobCountMax = 10_000_000;
    private const int ResidentCountMax = 64;
    private const int StandbyMax = 1000;

    public Option<FileInfo?> Trace { get; } = Named<FileInfo?>(
        "--trace", "CSV of requests (docs/SIMULATE.md); without it they are generated.", "FILE");

    public Option<int> Generate { get; } = Counted("--generate", "Without a trace: how many requests to make up.", 20_000, 1, JobCountMax);

    public Option<int> Devices { get; } = Counted("--devices", "Devices at most.", 16, 1, DeviceCountMax);

    public Option<IReadOnlyList<string>> Policies { get; } = new("--policy")
    {
        Description = $"Which to compare, with commas: {string.Join(", ", PolicyCatalog.Names)}, or all.",
        HelpName = "NAME,...",
        DefaultValueFactory = _ => PolicyCatalog.Names,
        CustomParser = ParsePolicies,
    };

    public Option<IReadOnlyList<int>> Standby { get; } = new("--standby")
    {
        Description = "od: ready replicas with nothing to do, per pool; several with commas are shown beside each other.",
        HelpName = "K,...",
        DefaultValueFactory = _ => [new PolicySettings().Standby],
        CustomParser = ParseStandbys,
    };

    public Option<bool> StandbyAlways { get; } = new("--standby-always")
    {
        Description = "od: hold it from first to last, not only while history says it is wanted.",
    };

    public Option<double> LoadSeconds { get; } = Measured("--load-seconds", "What loading a model takes.", "SECONDS", 80, 0, 86_400);

    public Option<FileInfo?> LoadTimes { get; } = Named<FileInfo?>(
        "--load-times", "CSV with a column `value` in ms: each load draws one of them instead.", "FILE");

    public Option<double> ProvisionSeconds { get; } = Measured(
        "--provision-seconds", "What a device that is off takes before that.", "SECONDS", 0, 0, 86_400);

    public Option<int> Resident { get; } = Counted("--resident", "Models that fit on one device.", 1, 1, ResidentCountMax);

    public Option<double> Speedup { get; } = Measured("--speedup", "Play the arrivals so many times faster.", "X", 1, 0.001, 1000);

    public Option<double> ServiceSeconds { get; } = Measured(
        "--service-seconds", "Device time of requests whose trace gives none.", "SECONDS", 20, 0, 86_400);

    public Option<double> KeepAlive { get; } = Measured(
        "--keep-alive", "The fixed keep-alive.", "SECONDS", new PolicySettings().KeepAlive.TotalSeconds, 0, 604_800);

    public Option<double> WaitWorth { get; } = Measured(
        "--wait-worth", "od: idle device-seconds that a second less of waiting is worth.", "X", new PolicySettings().WaitWorth, 0, 1_000_000);

    public Option<double> Price { get; } = Measured("--price", "Of a device-hour.", "X", 1, 0, 1_000_000);

    public Option<ulong> Seed { get; } = new("--seed") { Description = "Of whatever is drawn.", HelpName = "S", DefaultValueFactory = _ => 1 };

    public Option<bool> EqualCost { get; } = new("--equal-cost")
    {
        Description = "od may spend the device-hours of lru-fixed, and is given the settings that wait least.",
    };

    public Option<FileInfo?> Json { get; } = Named<FileInfo?>("--json", "Also write the figures to a file, one object per row.", "FILE");

    public IEnumerable<Option> All =>
    [
        Trace, Generate, Devices, Policies, Standby, StandbyAlways, LoadSeconds, LoadTimes, ProvisionSeconds, Resident, Speedup,
        ServiceSeconds, KeepAlive, WaitWorth, Price, Seed, EqualCost, Json,
    ];

    public Trace ReadTrace(ParseResult parse)
    {
        var trace = parse.GetValue(Trace) is { } file
            ? TraceReader.Read(file.FullName, parse.GetValue(ServiceSeconds))
            : TraceGenerator.Generate(parse.GetValue(Generate), parse.GetValue(Seed));
        return trace.Compressed(parse.GetValue(Speedup));
    }

    public SimulatedCluster Cluster(ParseResult parse) => new()
    {
        DeviceCount = parse.GetValue(Devices),
        ResidentCount = parse.GetValue(Resident),
        LoadSeconds = parse.GetValue(LoadSeconds),
        ProvisionSeconds = parse.GetValue(ProvisionSeconds),
        MeasuredLoads = parse.GetValue(LoadTimes) is { } file ? TraceReader.ReadLoads(file.FullName) : null,
        Seed = parse.GetValue(Seed),
    };

    public PolicySettings Settings(ParseResult parse) => new()
    {
        StandbyAlways = parse.GetValue(StandbyAlways),
        KeepAlive = TimeSpan.FromSeconds(parse.GetValue(KeepAlive)),
        WaitWorth = parse.GetValue(WaitWorth),
    };

    private static Option<T> Named<T>(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName };

    private static Option<int> Counted(string name, string description, int normally, int min, int max)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => normally };
        option.Validators.Add(result => Within(result, name, result.GetValueOrDefault<int>(), min, max));
        return option;
    }

    private static Option<double> Measured(string name, string description, string helpName, double normally, double min, double max)
    {
        var option = new Option<double>(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => normally };
        option.Validators.Add(result => Within(result, name, result.GetValueOrDefault<double>(), min, max));
        return option;
    }

    private static void Within(OptionResult result, string name, double value, double min, double max)
    {
        if (!(value >= min && value <= max)) result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be from {min} to {max}."));
    }

    private static IReadOnlyList<string> ParsePolicies(ArgumentResult result)
    {
        var names = Parts(result);
        if (names is ["all"]) return PolicyCatalog.Names;
        foreach (var name in names.Where(name => !PolicyCatalog.Names.Contains(name)))
            result.AddError($"--policy: there is no \"{name}\"; there are {string.Join(", ", PolicyCatalog.Names)}, and all.");
        return [.. names.Distinct()];
    }

    private static IReadOnlyList<int> ParseStandbys(ArgumentResult result)
    {
        List<int> standbys = [];
        foreach (var part in Parts(result))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= StandbyMax) standbys.Add(count);
            else result.AddError($"--standby: \"{part}\" is not a number from 0 to {StandbyMax}.");
        }

        return [.. standbys.Distinct()];
    }

    private static string[] Parts(ArgumentResult result) =>
        [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}
