using System.Text.RegularExpressions;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>What the silos themselves say, as a witness beside the store.</summary>
internal static partial class SiloLogs
{
    /// <summary>How often each job ended. A commit whose answer was lost is not told, so that none is right, too.</summary>
    public static IReadOnlyDictionary<string, int> Ends(IEnumerable<string> lines) => lines
        .Select(line => Ended().Match(line))
        .Where(match => match.Success)
        .GroupBy(match => match.Groups[1].Value, StringComparer.Ordinal)
        .ToDictionary(job => job.Key, job => job.Count(), StringComparer.Ordinal);

    [GeneratedRegex(@"(job_[0-9a-z]+) ended as \w+ under epoch \d+")]
    private static partial Regex Ended();
}
