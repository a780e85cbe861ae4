using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>Kind and key of one grain, written <c>kind/key</c>.</summary>
[GenerateSerializer, Immutable]
public readonly struct GrainId(GrainType type, IdSpan key) : IEquatable<GrainId>, IComparable<GrainId>, ISpanParsable<GrainId>
{
    public GrainType Type => type;

    public IdSpan Key => key;

    public bool IsDefault => type.IsDefault && key.IsDefault;

    public static GrainId Create(string type, string key) => Create(GrainType.Create(type), key);

    public static GrainId Create(GrainType type, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return new GrainId(type, IdSpan.Create(key));
    }

    public static GrainId Create(GrainType type, IdSpan key) => new(type, key);

    public static GrainId Parse(string value) => Parse(value.AsSpan());

    public static bool TryParse(string? value, out GrainId result) => TryParse(value.AsSpan(), out result);

    static GrainId IParsable<GrainId>.Parse(string value, IFormatProvider? provider) => Parse(value);

    static bool IParsable<GrainId>.TryParse([NotNullWhen(true)] string? value, IFormatProvider? provider, out GrainId result) =>
        TryParse(value, out result);

    static GrainId ISpanParsable<GrainId>.Parse(ReadOnlySpan<char> value, IFormatProvider? provider) => Parse(value);

    static bool ISpanParsable<GrainId>.TryParse(ReadOnlySpan<char> value, IFormatProvider? provider, out GrainId result) =>
        TryParse(value, out result);

    public bool Equals(GrainId other) => key.Equals(other.Key) && type.Equals(other.Type);

    public override bool Equals(object? obj) => obj is GrainId other && Equals(other);

    public override int GetHashCode() => unchecked((type.GetHashCode() * 31) + key.GetHashCode());

    public uint GetUniformHashCode() => unchecked((uint)GetHashCode());

    public int CompareTo(GrainId other)
    {
        var byType = type.CompareTo(other.Type);
        return byType != 0 ? byType : key.CompareTo(other.Key);
    }

    public override string ToString() => $"{type}/{key}";

    public static bool operator ==(GrainId left, GrainId right) => left.Equals(right);

    public static bool operator !=(GrainId left, GrainId right) => !left.Equals(right);

    private static GrainId Parse(ReadOnlySpan<char> value) =>
        TryParse(value, out var id) ? id : throw new ArgumentException($"Unable to parse \"{value}\" as a grain id.");

    private static bool TryParse(ReadOnlySpan<char> value, out GrainId result)
    {
        var slash = value.IndexOf('/');
        if (slash <= 0)
        {
            result = default;
            return false;
        }

        result = Create(value[..slash].ToString(), value[(slash + 1)..].ToString());
        return true;
    }
}
