using System.Globalization;

namespace OrleansDiffusion.Api.Metrics;

/// <summary>The labels of one measurement, in an order that does not depend on who wrote them.</summary>
/// <param name="Key">Equal for equal labels.</param>
/// <param name="Pairs">Sorted by name.</param>
internal readonly record struct LabelSet(string Key, IReadOnlyList<KeyValuePair<string, string>> Pairs)
{
    public static LabelSet Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return new LabelSet("", []);
        var pairs = new List<KeyValuePair<string, string>>(tags.Length);
        foreach (var tag in tags)
            pairs.Add(new(MetricName.Label(tag.Key), Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? ""));
        pairs.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new LabelSet(string.Join('\u001f', pairs.Select(pair => $"{pair.Key}\u001e{pair.Value}")), pairs);
    }
}
