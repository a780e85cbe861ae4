using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Requests;

/// <summary>Finds names that nobody knows, and the known one that was probably meant.</summary>
internal static class FieldNames
{
    private const int ReportedCountMax = 32;
    private const int ShownCharactersMax = 64;

    /// <summary>Letters that may differ between what was written and what was meant.</summary>
    private const int DistanceMax = 2;

    public static IReadOnlyList<FieldProblem> Unknown(IEnumerable<string> given, IReadOnlyList<string> known)
    {
        var unknown = given.Where(name => !known.Contains(name)).ToList();
        var problems = unknown.Take(ReportedCountMax).Select(name => new FieldProblem(Shortened(name), Describe(name, known))).ToList();
        if (unknown.Count > ReportedCountMax) problems.Add(new("(body)", $"has {unknown.Count - ReportedCountMax} more unknown fields."));
        return problems;
    }

    public static string Shortened(string text) =>
        text.Length <= ShownCharactersMax ? text : string.Concat(text.AsSpan(0, ShownCharactersMax), "...");

    private static string Describe(string name, IReadOnlyList<string> known) =>
        Nearest(name, known) is { } nearest ? $"is not a known field; did you mean {nearest}?" : "is not a known field.";

    private static string? Nearest(string name, IReadOnlyList<string> known)
    {
        if (name.Length > ShownCharactersMax) return null;
        var best = known.MinBy(candidate => Distance(Plain(name), Plain(candidate)));
        if (best is null) return null;
        var distance = Distance(Plain(name), Plain(best));
        return distance <= DistanceMax && distance < best.Length ? best : null;
    }

    /// <summary>negativePrompt, negative-prompt and negative_prompt are one word.</summary>
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>Damerau and Levenshtein's distance, optimal string alignment: letters added, lost, changed or swapped with a neighbour.</summary>
    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j] + 1, cost[i, j - 1] + 1), cost[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[a.Length, b.Length];
    }
}
