using System.Collections;
using System.Collections.Specialized;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>Runs of bytes and bits, and the named values of old.</summary>
internal static class MemoryPlans
{
    public static CopyPlan? Find(Type type) =>
        type == typeof(Memory<byte>) ? new By<Memory<byte>>(m => m.ToArray().AsMemory())
        : type == typeof(ReadOnlyMemory<byte>) ? new By<ReadOnlyMemory<byte>>(m => m.ToArray())
        : type == typeof(ArraySegment<byte>) ? new By<ArraySegment<byte>>(s => new ArraySegment<byte>([.. s]))
        : type == typeof(BitArray) ? new By<BitArray>(b => new BitArray(b))
        : type == typeof(NameValueCollection) ? new By<NameValueCollection>(c => new NameValueCollection(c))
        : null;

    private sealed class By<T>(Func<T, T> copy) : CopyPlan
        where T : notnull
    {
        public override object Copy(object value, CopyContext context) => copy((T)value);
    }
}
