namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>The VAE's decoder, from one latent to one picture. Bindings of the last few shapes are kept.</summary>
public sealed class LatentDecoder : IDisposable
{
    private const int KeptCountMax = 4;

    private readonly IModelSession _session;
    private readonly ModelConfig _model;
    private readonly TensorSpec _latent, _picture;
    private readonly LinkedList<Bound> _kept = new();

    /// <exception cref="InferenceException">The graph is no decoder of this kind.</exception>
    public LatentDecoder(IModelSession session, ModelConfig model)
    {
        (_session, _model) = (session, model);
        if (session.Inputs.Count != 1)
        {
            throw new InferenceException($"The decoder takes {session.Inputs.Count} inputs instead of a latent alone.");
        }

        _latent = session.Inputs[0];
        _picture = session.Outputs.FirstOrDefault(output => output.Rank == 4)
            ?? throw new InferenceException("The decoder has no output of rank 4.");
    }

    /// <exception cref="InferenceException">The runtime refused or failed, or the picture holds numbers that are none.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    internal RgbImage Decode(ReadOnlySpan<float> latent, int height, int width, CancellationToken cancellation) =>
        Pixels.FromPlanes(DecodePlanes(latent, height, width, cancellation), width * _model.VaeFactor, height * _model.VaeFactor);

    /// <returns>float[3*H*W] in about -1..1, valid until the next call.</returns>
    internal ReadOnlySpan<float> DecodePlanes(ReadOnlySpan<float> latent, int height, int width, CancellationToken cancellation)
    {
        var bound = Bind(height, width);
        var input = bound.Latent.Row(0);
        for (var index = 0; index < latent.Length; index++) input[index] = latent[index] / _model.LatentScale + _model.LatentShift;
        bound.Latent.Push();
        bound.Binding.Run(cancellation);
        bound.Picture.Pull();
        return bound.Picture.Row(0);
    }

    public void Dispose()
    {
        foreach (var bound in _kept) bound.Binding.Dispose();
        _kept.Clear();
    }

    private Bound Bind(int height, int width)
    {
        var kept = _kept.FirstOrDefault(candidate => candidate.Height == height && candidate.Width == width);
        if (kept is not null) return kept;

        var latent = Tensor.Zeros(_latent.Type, 1, _model.LatentChannels, height, width);
        var picture = Tensor.Zeros(_picture.Type, 1, 3, height * _model.VaeFactor, width * _model.VaeFactor);
        var binding = _session.Bind(
            new Dictionary<string, Tensor> { [_latent.Name] = latent }, new Dictionary<string, Tensor> { [_picture.Name] = picture });
        if (_kept.Count == KeptCountMax)
        {
            _kept.Last!.Value.Binding.Dispose();
            _kept.RemoveLast();
        }

        return _kept.AddFirst(new Bound(height, width, binding, new FloatView(latent), new FloatView(picture))).Value;
    }

    private sealed record Bound(int Height, int Width, IModelBinding Binding, FloatView Latent, FloatView Picture);
}
