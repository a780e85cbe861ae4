using System.Globalization;
using System.Text;

namespace Orleans.Runtime;

/// <summary>Namespace and key of one stream.</summary>
[GenerateSerializer, Immutable]
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>
{
    private readonly byte[] fullKey;
    private readonly int keyIndex;

    private StreamId(byte[] ns, byte[] key)
    {
        fullKey = [.. ns, .. key];
        keyIndex = ns.Length;
    }

    public ReadOnlyMemory<byte> FullKey => fullKey;

    public ReadOnlyMemory<byte> Namespace => fullKey.AsMemory(0, keyIndex);

    public ReadOnlyMemory<byte> Key => fullKey.AsMemory(keyIndex);

    public static StreamId Create(string ns, Guid key) => Create(ns, key.ToString("N"));

    public static StreamId Create(string ns, long key) => Create(ns, key.ToString(CultureInfo.InvariantCulture));

    public static StreamId Create(string ns, string key) => new(Encoding.UTF8.GetBytes(ns ?? ""), Encoding.UTF8.GetBytes(key));

    public string? GetNamespace() => keyIndex == 0 ? null : Encoding.UTF8.GetString(Namespace.Span);

    public string GetKeyAsString() => Encoding.UTF8.GetString(Key.Span);

    public bool Equals(StreamId other) => keyIndex == other.keyIndex && FullKey.Span.SequenceEqual(other.FullKey.Span);

    public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

    public override int GetHashCode() => unchecked((int)StableHash.ComputeHash(FullKey.Span));

    public int CompareTo(StreamId other) => FullKey.Span.SequenceCompareTo(other.FullKey.Span);

    public override string ToString() => $"{GetNamespace() ?? "null"}/{GetKeyAsString()}";

    public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

    public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);
}
