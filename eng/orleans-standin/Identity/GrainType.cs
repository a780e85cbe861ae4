namespace Orleans.Runtime;

/// <summary>The name of a kind of grain, as in the first half of <c>job/42</c>.</summary>
[GenerateSerializer, Immutable]
public readonly struct GrainType(IdSpan id) : IEquatable<GrainType>, IComparable<GrainType>
{
    public GrainType(byte[] value)
        : this(new IdSpan(value))
    {
    }

    public IdSpan Value => id;

    public bool IsDefault => id.IsDefault;

    private IdSpan Id => id;

    public static GrainType Create(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new GrainType(IdSpan.Create(value));
    }

    public ReadOnlySpan<byte> AsSpan() => id.AsSpan();

    public bool Equals(GrainType obj) => id.Equals(obj.Id);

    public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

    public override int GetHashCode() => id.GetHashCode();

    public uint GetUniformHashCode() => id.GetUniformHashCode();

    public int CompareTo(GrainType other) => id.CompareTo(other.Id);

    public override string? ToString() => id.ToString();

    public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);

    public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);
}
