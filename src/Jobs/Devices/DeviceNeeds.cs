using System.Collections.Frozen;

namespace OrleansDiffusion.Jobs;

/// <summary>What replicas ask of their devices, beside memory.</summary>
public sealed record DeviceNeeds
{
    private static readonly FrozenDictionary<string, string> NoLabels = FrozenDictionary<string, string>.Empty;

    /// <summary>Any device will do.</summary>
    public static DeviceNeeds None { get; } = new();

    /// <summary>One of <see cref="DeviceNeedsRules.Providers"/>; null (the default) is any.</summary>
    public string? Provider { get; init; }

    /// <summary>Labels that the device must carry, every one with exactly this value. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Labels { get => field ?? NoLabels; init; }

    public bool AreMetBy(DeviceStatus device) =>
        (Provider is null || device.Provider == Provider) && Labels.All(label => device.Labels.GetValueOrDefault(label.Key) == label.Value);

    /// <summary>Equal when they ask for the same.</summary>
    public bool Equals(DeviceNeeds? other) =>
        other is not null && Provider == other.Provider && Labels.Count == other.Labels.Count
        && Labels.All(label => other.Labels.GetValueOrDefault(label.Key) == label.Value);

    public override int GetHashCode() =>
        Labels.Aggregate(Provider?.GetHashCode(StringComparison.Ordinal) ?? 0, (hash, label) => hash ^ HashCode.Combine(label.Key, label.Value));

    /// <summary>What is asked for, as a person says it: "cuda device with gpu=h100, zone=eu".</summary>
    public override string ToString()
    {
        var device = Provider is null ? "device" : $"{Provider} device";
        return Labels.Count == 0 ? device : $"{device} with {LabelText.Of(Labels)}";
    }
}
