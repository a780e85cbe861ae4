namespace Orleans.Runtime;

/// <summary>Names one life of a grain in memory.</summary>
[GenerateSerializer, Immutable]
public readonly struct ActivationId(Guid key) : IEquatable<ActivationId>
{
    private Guid Key => key;

    public bool IsDefault => key == Guid.Empty;

    public bool Equals(ActivationId other) => key == other.Key;

    public override bool Equals(object? obj) => obj is ActivationId other && Equals(other);

    public override int GetHashCode() => key.GetHashCode();

    public override string ToString() => "@" + key.ToString("N");

    public string ToParsableString() => ToString();

    public static bool operator ==(ActivationId left, ActivationId right) => left.Equals(right);

    public static bool operator !=(ActivationId left, ActivationId right) => !left.Equals(right);
}
