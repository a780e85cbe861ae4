using System.Runtime.InteropServices;

namespace OrleansDiffusion.Diffusion.Noise;

/// <summary>The Mersenne Twister of Matsumoto and Nishimura 1998, 32-bit: torch's CPU engine.</summary>
internal sealed class Mt19937
{
    private const int Size = 624, Middle = 397;
    private const uint Matrix = 0x9908B0DF, UpperMask = 0x80000000, LowerMask = 0x7FFFFFFF;

    /// <summary>Bytes of an exported state: the words and the index of the next one.</summary>
    public const int StateBytes = (Size + 1) * sizeof(uint);

    private readonly uint[] _words = new uint[Size];
    private int _next = Size;

    public Mt19937(uint seed)
    {
        _words[0] = seed;
        for (var index = 1; index < Size; index++)
        {
            var previous = _words[index - 1];
            _words[index] = 1812433253 * (previous ^ (previous >> 30)) + (uint)index;
        }
    }

    /// <exception cref="FormatException">Not an exported state.</exception>
    public Mt19937(ReadOnlySpan<byte> state)
    {
        if (state.Length != StateBytes) throw new FormatException($"A Mersenne Twister state has {StateBytes} bytes, not {state.Length}.");
        var words = MemoryMarshal.Cast<byte, uint>(state);
        words[..Size].CopyTo(_words);
        if (words[Size] > Size) throw new FormatException("The index of a Mersenne Twister state is out of range.");
        _next = (int)words[Size];
    }

    public uint NextUInt32()
    {
        if (_next == Size) Twist();
        var word = _words[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9D2C5680;
        word ^= (word << 15) & 0xEFC60000;
        return word ^ (word >> 18);
    }

    /// <summary>Two words, the first one high.</summary>
    public ulong NextUInt64()
    {
        var high = NextUInt32();
        return ((ulong)high << 32) | NextUInt32();
    }

    public void Export(Span<byte> state)
    {
        var words = MemoryMarshal.Cast<byte, uint>(state);
        _words.CopyTo(words);
        words[Size] = (uint)_next;
    }

    private void Twist()
    {
        for (var index = 0; index < Size; index++)
        {
            var joined = (_words[index] & UpperMask) | (_words[(index + 1) % Size] & LowerMask);
            _words[index] = _words[(index + Middle) % Size] ^ (joined >> 1) ^ ((joined & 1) * Matrix);
        }

        _next = 0;
    }
}
