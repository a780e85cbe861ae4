using System.Globalization;
using System.Net;
using System.Numerics;
using System.Reflection;
using Orleans;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>Types whose values cross as they are.</summary>
internal static class SharedTypes
{
    private static readonly HashSet<Type> Known =
    [
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly),
        typeof(TimeSpan), typeof(Half), typeof(Int128), typeof(UInt128), typeof(BigInteger), typeof(Uri), typeof(Version),
        typeof(IPAddress), typeof(IPEndPoint), typeof(CultureInfo), typeof(CompareInfo), typeof(CancellationToken), typeof(object),
    ];

    public static bool Contains(Type type) =>
        type.IsPrimitive || type.IsEnum || Known.Contains(type) || typeof(Type).IsAssignableFrom(type)
        || typeof(IPAddress).IsAssignableFrom(type) || typeof(CultureInfo).IsAssignableFrom(type)
        || (type.IsDefined(typeof(ImmutableAttribute)) && (type.IsDefined(typeof(GenerateSerializerAttribute)) || type.Assembly == typeof(IGrain).Assembly))
        || (Nullable.GetUnderlyingType(type) is { } inner && Contains(inner));
}
