using System.Runtime.InteropServices;
using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>
/// What a sampler remembers of one job: where it is and what the network answered before. Export it with the latent and
/// the noise state, and another machine continues bit for bit.
/// </summary>
public sealed class SamplerState
{
    private readonly float[][] _history;
    private readonly float[] _denoised;
    private readonly float[] _noise;

    /// <param name="sampler">Whose state this is.</param>
    /// <param name="latentLength">C*h*w.</param>
    /// <param name="firstStep">Later than 0 where image-to-image skips the noisiest steps.</param>
    public SamplerState(ISampler sampler, int latentLength, int firstStep = 0)
    {
        (FirstStep, Step) = (firstStep, firstStep);
        _history = [.. Enumerable.Range(0, sampler.HistoryCount).Select(_ => new float[latentLength])];
        _denoised = new float[latentLength];
        _noise = new float[latentLength];
    }

    public int FirstStep { get; }

    /// <summary>Index of the next network call; the number of timesteps when the latent is finished.</summary>
    public int Step { get; private set; }

    public int StepsDone => Step - FirstStep;

    /// <summary>The last step's guess at the finished latent: what a preview shows. Zeros before the first step; not exported.</summary>
    public Span<float> Denoised => _denoised;

    /// <summary>Kept tensors; each rule says which slot holds what.</summary>
    internal Span<float> History(int slot) => _history[slot];

    internal void Advance() => Step++;

    /// <summary>Shifts the first slots by one and puts a tensor in front: slot 0 is the newest.</summary>
    internal void Remember(ReadOnlySpan<float> tensor, int slots)
    {
        var oldest = _history[slots - 1];
        Array.Copy(_history, 0, _history, 1, slots - 1);
        _history[0] = oldest;
        tensor.CopyTo(oldest);
    }

    /// <summary>One fresh tensor of noise, valid until the next call.</summary>
    internal ReadOnlySpan<float> Draw(INoise noise)
    {
        noise.Fill(_noise);
        return _noise;
    }

    internal void Export(BinaryWriter writer)
    {
        writer.Write(Step);
        foreach (var tensor in _history) writer.Write(MemoryMarshal.AsBytes<float>(tensor));
    }

    /// <exception cref="EndOfStreamException">The reader holds less than <see cref="Export"/> wrote.</exception>
    internal void Import(BinaryReader reader)
    {
        Step = reader.ReadInt32();
        foreach (var tensor in _history) reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(tensor.AsSpan()));
    }
}
