namespace OrleansDiffusion.Jobs;

/// <summary>Judges what a pool asks of its devices; field names are those of the REST API.</summary>
public static class DeviceNeedsRules
{
    public const int LabelCountMax = 16;

    public const int NameCharactersMax = 63;

    public const int ValueCharactersMax = 128;

    public const string NameRule = "must be 1-63 characters of a-z A-Z 0-9 . _ - /";

    public const string ValueRule = "must be 1-128 characters without line breaks, and neither begin nor end with a space";

    /// <summary>What devices can be driven by.</summary>
    public static IReadOnlyList<string> Providers { get; } = ["cpu", "cuda"];

    /// <summary>Everything that is wrong with it; empty when it is fine.</summary>
    public static IReadOnlyList<FieldProblem> Check(DeviceNeeds needs)
    {
        List<FieldProblem> problems = [];
        if (needs.Provider is { } provider && !Providers.Contains(provider))
            problems.Add(new("needs.provider", $"must be one of {string.Join(", ", Providers)}, not \"{Shown(provider)}\"."));
        if (needs.Labels.Count > LabelCountMax) problems.Add(new("needs.labels", $"must be at most {LabelCountMax}, not {needs.Labels.Count}."));
        foreach (var (name, value) in needs.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Take(LabelCountMax))
        {
            if (!IsName(name)) problems.Add(new("needs.labels", $"has the name \"{Shown(name)}\"; a name {NameRule}."));
            if (!IsValue(value)) problems.Add(new($"needs.labels.{Shown(name)}", $"{ValueRule}."));
        }

        return problems;
    }

    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameCharactersMax && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/');

    public static bool IsValue(string? value) =>
        value is { Length: > 0 and <= ValueCharactersMax } && !value.Any(char.IsControl) && value.Trim().Length == value.Length;

    private static string Shown(string text) => text.Length <= NameCharactersMax ? text : $"{text[..NameCharactersMax]}...";
}
