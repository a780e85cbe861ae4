using System.Globalization;
using System.Text;

namespace Orleans.Runtime;

/// <summary>Namespace and key of one stream.</summary>
[GenerateSerializer, Immutable]
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>
{
    private readonly byte[] _fullKey;
    private readonly int _keyIndex;

    private StreamId(byte[] ns, byte[] key)
    {
        _fullKey = [.. ns, .. key];
        _keyIndex = ns.Length;
    }

    public ReadOnlyMemory<byte> FullKey => _fullKey;

    public ReadOnlyMemory<byte> Namespace => _fullKey.AsMemory(0, _keyIndex);

    public ReadOnlyMemory<byte> Key => _fullKey.AsMemory(_keyIndex);

    public static StreamId Create(string ns, Guid key) => Create(ns, key.ToString("N"));

    public static StreamId Create(string ns, long key) => Create(ns, key.ToString(CultureInfo.InvariantCulture));

    public static StreamId Create(string ns, string key) => new(Encoding.UTF8.GetBytes(ns ?? ""), Encoding.UTF8.GetBytes(key));

    public string? GetNamespace() => _keyIndex == 0 ? null : Encoding.UTF8.GetString(Namespace.Span);

    public string GetKeyAsString() => Encoding.UTF8.GetString(Key.Span);

    public bool Equals(StreamId other) => _keyIndex == other._keyIndex && FullKey.Span.SequenceEqual(other.FullKey.Span);

    public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

    public override int GetHashCode() => unchecked((int)StableHash.ComputeHash(FullKey.Span));

    public int CompareTo(StreamId other) => FullKey.Span.SequenceCompareTo(other.FullKey.Span);

    public override string ToString() => $"{GetNamespace() ?? "null"}/{GetKeyAsString()}";

    public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

    public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);
}
