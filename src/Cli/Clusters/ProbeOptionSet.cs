using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>How soon silos take each other for dead; the same for every silo of a cluster.</summary>
internal sealed class ProbeOptionSet
{
    private const double SecondsMin = 0.1;
    private const double SecondsMax = 600;
    private const int CountMax = 100;

    private static readonly MembershipOptions Defaults = new() { Database = "", ArtifactFolder = "" };

    private Option<double> Timeout { get; } = new("--probe-timeout")
    {
        Description = "Seconds that a silo may take to answer another's probe. Shorter finds death sooner; longer forgives pauses.",
        DefaultValueFactory = _ => Defaults.ProbeTimeout.TotalSeconds,
        HelpName = "SECONDS",
    };

    private Option<int> Missed { get; } = new("--missed-probes")
    {
        Description = "Probes missed in a row before a silo is suspected.",
        DefaultValueFactory = _ => Defaults.MissedProbesMax,
        HelpName = "N",
    };

    private Option<int> Votes { get; } = new("--death-votes")
    {
        Description = "Silos that must suspect one before it is dead; of fewer than three silos one is enough.",
        DefaultValueFactory = _ => Defaults.DeathVoteCount,
        HelpName = "N",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Timeout, Missed, Votes]) command.Options.Add(option);
        Timeout.Validators.Add(result => Check(result, SecondsMin, SecondsMax, "a number of seconds"));
        Missed.Validators.Add(result => Check(result, 1, CountMax, "a number"));
        Votes.Validators.Add(result => Check(result, 1, CountMax, "a number"));
    }

    public MembershipOptions Read(ParseResult parse, MembershipOptions cluster) => cluster with
    {
        ProbeTimeout = TimeSpan.FromSeconds(parse.GetValue(Timeout)),
        MissedProbesMax = parse.GetValue(Missed),
        DeathVoteCount = parse.GetValue(Votes),
    };

    private static void Check(OptionResult result, double min, double max, string what)
    {
        if (result.Tokens is not [var token]) return;
        if (double.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name}: '{token.Value}' is not {what} from {min} to {max}."));
    }
}
