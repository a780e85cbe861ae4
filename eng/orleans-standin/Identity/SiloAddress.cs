using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Orleans.Runtime;

/// <summary>Endpoint and start generation of one silo: a silo that returns on the same port is another silo.</summary>
[Immutable]
public sealed class SiloAddress : IEquatable<SiloAddress>, IComparable<SiloAddress>
{
    private readonly string _parsable;

    private SiloAddress(IPEndPoint endpoint, int generation)
    {
        Endpoint = endpoint;
        Generation = generation;
        _parsable = string.Create(CultureInfo.InvariantCulture, $"{endpoint}@{generation}");
    }

    public static SiloAddress Zero { get; } = New(new IPEndPoint(0, 0), 0);

    public IPEndPoint Endpoint { get; }

    public int Generation { get; }

    public bool IsClient => Generation < 0;

    public static SiloAddress New(IPEndPoint ep, int gen) => new(ep, gen);

    public static SiloAddress New(IPAddress address, int port, int generation) => new(new IPEndPoint(address, port), generation);

    public static SiloAddress FromParsableString(string addr) => Parse(addr);

    public static SiloAddress Parse(string value) =>
        TryParse(value, out var address) ? address : throw new FormatException($"Invalid string SiloAddress: {value}");

    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out SiloAddress? result)
    {
        var at = value?.LastIndexOf('@') ?? -1;
        result = at > 0
            && IPEndPoint.TryParse(value.AsSpan(0, at), out var endpoint)
            && int.TryParse(value.AsSpan(at + 1), CultureInfo.InvariantCulture, out var generation)
                ? new SiloAddress(endpoint, generation)
                : null;
        return result is not null;
    }

    public string ToParsableString() => _parsable;

    public int GetConsistentHashCode() => unchecked((int)StableHash.ComputeHash(_parsable));

    public bool Equals(SiloAddress? other) => other is not null && Generation == other.Generation && Endpoint.Equals(other.Endpoint);

    public override bool Equals(object? obj) => Equals(obj as SiloAddress);

    public override int GetHashCode() => GetConsistentHashCode();

    public int CompareTo(SiloAddress? other) =>
        other is null ? 1
        : Generation != other.Generation ? Generation.CompareTo(other.Generation)
        : string.CompareOrdinal(_parsable, other._parsable);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsClient ? 'C' : 'S')}{Endpoint}:{Math.Abs(Generation)}");
}
