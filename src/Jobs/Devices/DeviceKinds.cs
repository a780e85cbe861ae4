namespace OrleansDiffusion.Jobs;

/// <summary>Says in words why no device is of the kind that is needed, and what there is instead.</summary>
public static class DeviceKinds
{
    private const int SeenCountMax = 8;

    /// <summary>Null when at least one device is, whatever is on it. Provider first, then the labels in the order of their names.</summary>
    public static string? MissingBecause(DeviceNeeds needs, IReadOnlyCollection<DeviceStatus> devices)
    {
        if (devices.Any(needs.AreMetBy)) return null;
        var byProvider = needs with { Labels = DeviceNeeds.None.Labels };
        var driven = devices.Where(byProvider.AreMetBy).ToList();
        if (driven.Count == 0) return $"no device is {needs.Provider}; {Counted(devices)}";

        foreach (var (name, value) in needs.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
            if (driven.All(device => device.Labels.GetValueOrDefault(name) != value))
                return $"no {byProvider} has {name}={value}; {Seen(name, driven)}";
        return $"no {byProvider} has all of {LabelText.Of(needs.Labels)}";
    }

    private static string Counted(IReadOnlyCollection<DeviceStatus> devices)
    {
        if (devices.Count == 0) return "there is none at all";
        var counts = devices.GroupBy(device => device.Provider).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Count() == 1 ? $"1 {group.Key} device" : $"{group.Count()} {group.Key} devices");
        return $"there {(devices.Count == 1 ? "is" : "are")} {string.Join(", ", counts)}";
    }

    private static string Seen(string name, List<DeviceStatus> devices)
    {
        var values = devices.Select(device => device.Labels.GetValueOrDefault(name)).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal).ToList();
        if (values.Count == 0) return $"none has a label {name}";
        var more = values.Count > SeenCountMax ? $" and {values.Count - SeenCountMax} more" : "";
        return $"seen: {string.Join(", ", values.Take(SeenCountMax).Select(value => $"{name}={value}"))}{more}";
    }
}
