namespace OrleansDiffusion.Jobs;

/// <summary>Labels as they are written: name=value.</summary>
public static class LabelText
{
    /// <summary>Null when it is not name=value, or breaks <see cref="DeviceNeedsRules"/>. The value may contain further equals signs.</summary>
    public static KeyValuePair<string, string>? Parse(string text) =>
        text.Split('=', 2) is [var name, var value] && DeviceNeedsRules.IsName(name) && DeviceNeedsRules.IsValue(value) ? new(name, value) : null;

    /// <summary>In the order of their names, so that the same labels always read the same.</summary>
    public static string Of(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(", ", labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
