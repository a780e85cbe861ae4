using System.Globalization;
using System.Text;

namespace OrleansDiffusion.Api.Metrics;

/// <summary>Prometheus' text exposition format, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var metric in metrics.Where(metric => metric.Samples.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {metric.Name} {EscapeHelp(metric.Help)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {metric.Name} {metric.Kind.ToString().ToLowerInvariant()}\n");
            foreach (var sample in metric.Samples) WriteSample(text, metric.Name, sample);
        }

        return text.ToString();
    }

    private static void WriteSample(StringBuilder text, string name, MetricSample sample)
    {
        if (sample.Histogram is not { } histogram)
        {
            WriteLine(text, name, sample.Labels, null, Number(sample.Value));
            return;
        }

        long count = 0;
        for (var i = 0; i < histogram.Counts.Count; i++)
        {
            count += histogram.Counts[i];
            var bound = i < histogram.Bounds.Count ? histogram.Bounds[i] : double.PositiveInfinity;
            WriteLine(text, $"{name}_bucket", sample.Labels, Number(bound), Whole(count));
        }

        WriteLine(text, $"{name}_sum", sample.Labels, null, Number(sample.Value));
        WriteLine(text, $"{name}_count", sample.Labels, null, Whole(count));
    }

    private static void WriteLine(
        StringBuilder text, string name, IReadOnlyList<KeyValuePair<string, string>> labels, string? bucketBound, string value)
    {
        text.Append(name);
        var pairs = labels.Select(label => $"{label.Key}=\"{EscapeLabel(label.Value)}\"");
        if (bucketBound is not null) pairs = pairs.Append($"le=\"{bucketBound}\"");
        var joined = string.Join(',', pairs);
        if (joined.Length > 0) text.Append('{').Append(joined).Append('}');
        text.Append(' ').Append(value).Append('\n');
    }

    private static string EscapeHelp(string help) =>
        help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    private static string EscapeLabel(string value) => EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
