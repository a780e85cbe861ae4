using System.Buffers.Binary;

namespace OrleansDiffusion.Diffusion.Noise;

/// <summary>
/// A counter-based stream like torch's on CUDA, as other front ends reproduce it on any machine: Philox 4x32-10
/// (Salmon et al. 2011) with the seed as key, the number of the call as offset and the position in the tensor as counter.
/// </summary>
public sealed class PhiloxNoise : INoise
{
    public const string KindName = "philox";

    private const int Rounds = 10;
    private const uint MultiplierA = 0xD2511F53, MultiplierB = 0xCD9E8D57;
    private const uint WeylA = 0x9E3779B9, WeylB = 0xBB67AE85;
    private const float TwoToMinus32 = 1f / 4294967296f;

    private readonly ulong _seed;
    private uint _calls;

    public PhiloxNoise(long seed) => _seed = (ulong)seed;

    public string Kind => KindName;

    public void Fill(Span<float> tensor)
    {
        for (var index = 0; index < tensor.Length; index++)
        {
            var (a, b) = Philox(_calls, (uint)index);
            tensor[index] = ToNormal(a, b);
        }

        _calls++;
    }

    public byte[] ExportState()
    {
        var state = new byte[sizeof(ulong) + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(state, _seed);
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(sizeof(ulong)), _calls);
        return state;
    }

    /// <exception cref="FormatException">Not a state of this kind.</exception>
    internal static PhiloxNoise Import(ReadOnlySpan<byte> state)
    {
        if (state.Length != sizeof(ulong) + sizeof(uint))
        {
            throw new FormatException($"A {KindName} state has 12 bytes, not {state.Length}.");
        }

        return new PhiloxNoise((long)BinaryPrimitives.ReadUInt64LittleEndian(state))
        {
            _calls = BinaryPrimitives.ReadUInt32LittleEndian(state[sizeof(ulong)..]),
        };
    }

    /// <summary>The first two of the four words at counter (offset, 0, position, 0).</summary>
    private (uint A, uint B) Philox(uint offset, uint position)
    {
        var (c0, c1, c2, c3) = (offset, 0u, position, 0u);
        var (k0, k1) = ((uint)_seed, (uint)(_seed >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var (productA, productB) = ((ulong)MultiplierA * c0, (ulong)MultiplierB * c2);
            (c0, c1, c2, c3) = ((uint)(productB >> 32) ^ c1 ^ k0, (uint)productB, (uint)(productA >> 32) ^ c3 ^ k1, (uint)productA);
            (k0, k1) = (k0 + WeylA, k1 + WeylB);
        }

        return (c0, c1);
    }

    /// <summary>The sine half of Box and Muller 1958; both uniforms in the middle of their intervals, so never 0.</summary>
    private static float ToNormal(uint a, uint b)
    {
        var u = a * TwoToMinus32 + TwoToMinus32 / 2;
        var angle = b * (TwoToMinus32 * MathF.Tau) + TwoToMinus32 * MathF.Tau / 2;
        return (float)(Math.Sqrt(-2 * Math.Log(u)) * Math.Sin(angle));
    }
}
