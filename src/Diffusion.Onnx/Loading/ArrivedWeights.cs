namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// The proof that every byte of a mapping is there. Only waiting for them makes one, and only with one can a session be
/// made that looks at its weights while it is created (constant folding, changed layouts, prepacking): over bytes that
/// come later such a session computes nonsense, and nothing says so.
/// </summary>
internal sealed class ArrivedWeights
{
    private ArrivedWeights(MappedWeights weights) => Mapped = weights;

    public MappedWeights Mapped { get; }

    public static async Task<ArrivedWeights> Of(MappedWeights weights, CancellationToken cancellation)
    {
        await weights.Arrival.WaitAsync(cancellation);
        return new ArrivedWeights(weights);
    }
}
