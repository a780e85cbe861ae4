using System.Buffers.Binary;

namespace OrleansDiffusion.Diffusion.Noise;

/// <summary>
/// The stream of `torch.randn(n, generator=torch.Generator("cpu").manual_seed(seed))` in float32. Torch has two rules:
/// tensors of 16 numbers or more are filled with uniforms and turned in blocks of 16; smaller ones are drawn one by
/// one in double precision, two at a time, with the second kept for the next draw.
/// </summary>
public sealed class TorchCpuNoise : INoise
{
    public const string KindName = "torch-cpu";

    private const int Block = 16, Half = Block / 2;
    private const int StateBytes = Mt19937.StateBytes + sizeof(double) + 1;

    private readonly Mt19937 _engine;
    private double? _kept;

    /// <param name="seed">As torch's CPU engine does, only the low 32 bits count.</param>
    public TorchCpuNoise(long seed) => _engine = new Mt19937((uint)(seed & 0xFFFFFFFF));

    private TorchCpuNoise(Mt19937 engine, double? kept) => (_engine, _kept) = (engine, kept);

    public string Kind => KindName;

    public void Fill(Span<float> tensor)
    {
        if (tensor.Length < Block) FillOneByOne(tensor);
        else FillBlocks(tensor);
    }

    public byte[] ExportState()
    {
        var state = new byte[StateBytes];
        _engine.Export(state.AsSpan(0, Mt19937.StateBytes));
        BinaryPrimitives.WriteDoubleLittleEndian(state.AsSpan(Mt19937.StateBytes), _kept ?? 0);
        state[^1] = _kept.HasValue ? (byte)1 : (byte)0;
        return state;
    }

    /// <exception cref="FormatException">Not a state of this kind.</exception>
    internal static TorchCpuNoise Import(ReadOnlySpan<byte> state)
    {
        if (state.Length != StateBytes) throw new FormatException($"A {KindName} state has {StateBytes} bytes, not {state.Length}.");
        var kept = BinaryPrimitives.ReadDoubleLittleEndian(state[Mt19937.StateBytes..]);
        return new TorchCpuNoise(new Mt19937(state[..Mt19937.StateBytes]), state[^1] == 1 ? kept : null);
    }

    private void FillBlocks(Span<float> tensor)
    {
        foreach (ref var number in tensor) number = NextUniform();
        for (var start = 0; start + Block <= tensor.Length; start += Block) ToNormal(tensor.Slice(start, Block));

        // What is left over is not turned on its own: torch draws 16 fresh uniforms into the end of the tensor.
        if (tensor.Length % Block == 0) return;
        var last = tensor[^Block..];
        foreach (ref var number in last) number = NextUniform();
        ToNormal(last);
    }

    /// <summary>Box and Muller 1958, on 8 pairs that lie 8 apart.</summary>
    private static void ToNormal(Span<float> block)
    {
        for (var index = 0; index < Half; index++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - block[index]));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * block[index + Half]);
            block[index] = (float)(radius * cosine);
            block[index + Half] = (float)(radius * sine);
        }
    }

    private void FillOneByOne(Span<float> tensor)
    {
        foreach (ref var number in tensor)
        {
            if (_kept is { } kept)
            {
                (number, _kept) = ((float)kept, null);
                continue;
            }

            var angle = 2 * Math.PI * NextUniformDouble();
            var radius = Math.Sqrt(-2 * double.LogP1(-NextUniformDouble()));
            _kept = radius * Math.Sin(angle);
            number = (float)(radius * Math.Cos(angle));
        }
    }

    /// <summary>24 bits, in [0, 1).</summary>
    private float NextUniform() => (_engine.NextUInt32() & 0xFFFFFF) * (1f / (1 << 24));

    /// <summary>53 bits, in [0, 1).</summary>
    private double NextUniformDouble() => (_engine.NextUInt64() & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));
}
