using System.Text;

namespace OrleansDiffusion.Api.Metrics;

/// <summary>
/// Names as Prometheus wants them, by OpenTelemetry's rules for its exporters: letters, digits and underscores, then the
/// unit in full, then "_total" for counters.
/// </summary>
internal static class MetricName
{
    public static string Of(string name, string? unit, MetricKind kind)
    {
        const string total = "_total";
        var text = Plain(name);
        if (kind == MetricKind.Counter && text.EndsWith(total, StringComparison.Ordinal)) text = text[..^total.Length];
        if (UnitWord(unit, kind) is { } word && !text.EndsWith($"_{word}", StringComparison.Ordinal)) text = $"{text}_{word}";
        return kind == MetricKind.Counter ? text + total : text;
    }

    public static string Label(string name) => Plain(name);

    private static string? UnitWord(string? unit, MetricKind kind) => unit switch
    {
        null or "" => null,
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "By" => "bytes",
        "%" => "percent",
        "1" => kind == MetricKind.Gauge ? "ratio" : null,
        ['{', ..] => null, // An annotation such as {job}: no unit.
        _ => Plain(unit),
    };

    private static string Plain(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        if (name.Length > 0 && char.IsAsciiDigit(name[0])) text.Append('_');
        foreach (var letter in name) text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        return text.ToString();
    }
}
