using System.Text;

namespace Orleans.Runtime;

/// <summary>A UTF-8 key with its hash, the building block of grain identities.</summary>
[GenerateSerializer, Immutable]
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    private readonly byte[]? value;
    private readonly int hash;

    public IdSpan(byte[] value)
    {
        this.value = value;
        hash = unchecked((int)StableHash.ComputeHash(value));
    }

    public ReadOnlyMemory<byte> Value => value;

    public bool IsDefault => value is null || value.Length == 0;

    public static IdSpan Create(string id) => new(Encoding.UTF8.GetBytes(id));

    public ReadOnlySpan<byte> AsSpan() => value;

    public bool Equals(IdSpan obj) => ReferenceEquals(value, obj.value) || (hash == obj.hash && AsSpan().SequenceEqual(obj.AsSpan()));

    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    public override int GetHashCode() => hash;

    public uint GetUniformHashCode() => unchecked((uint)hash);

    public int CompareTo(IdSpan other) => AsSpan().SequenceCompareTo(other.AsSpan());

    public override string ToString() => value is null ? "" : Encoding.UTF8.GetString(value);

    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);
}
