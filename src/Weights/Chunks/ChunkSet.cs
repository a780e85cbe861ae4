using System.Numerics;

namespace OrleansDiffusion.Weights;

/// <summary>Which chunks of a manifest, as a bitmap: bit n of the bytes, lowest first, is chunk n. Not thread-safe.</summary>
public sealed class ChunkSet
{
    private readonly byte[] _bits;

    public ChunkSet(int size) => (Size, _bits) = (size, new byte[(size + 7) / 8]);

    private ChunkSet(int size, byte[] bits) => (Size, _bits) = (size, bits);

    /// <summary>How many chunks there are, in the set or not.</summary>
    public int Size { get; }

    public int Count => _bits.Sum(bits => BitOperations.PopCount(bits));

    public bool IsFull => Count == Size;

    public IEnumerable<int> Numbers => Enumerable.Range(0, Size).Where(Contains);

    /// <returns>Null if the bytes are not such a set.</returns>
    public static ChunkSet? FromBytes(int size, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != (size + 7) / 8) return null;
        if (size % 8 != 0 && bytes[^1] >> (size % 8) != 0) return null;
        return new ChunkSet(size, bytes.ToArray());
    }

    public static ChunkSet Of(int size, IEnumerable<int> numbers)
    {
        var set = new ChunkSet(size);
        foreach (var number in numbers) set.Add(number);
        return set;
    }

    /// <returns>False also for a number that no chunk has.</returns>
    public bool Contains(int number) => (uint)number < (uint)Size && (_bits[number / 8] & (1 << (number % 8))) != 0;

    public void Add(int number) => _bits[Checked(number) / 8] |= (byte)(1 << (number % 8));

    public void Remove(int number) => _bits[Checked(number) / 8] &= (byte)~(1 << (number % 8));

    public ChunkSet Copy() => new(Size, [.. _bits]);

    public byte[] ToBytes() => [.. _bits];

    private int Checked(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Size);
        return number;
    }
}
