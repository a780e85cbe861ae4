namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>
/// The UNet, bound by its own metadata. Bindings are kept per shape, so that a step allocates nothing once its shape
/// has been seen.
/// </summary>
public sealed class Denoiser : IDisposable
{
    private const int KeptCountMax = 16;

    private readonly IModelSession _session;
    private readonly TensorSpec _latent, _timestep, _text, _prediction;
    private readonly TensorSpec? _guidance;
    private readonly LinkedList<DenoiserBatch> _kept = new();

    /// <exception cref="InferenceException">The graph is no UNet of this kind.</exception>
    public Denoiser(IModelSession session)
    {
        _session = session;
        _latent = Input("sample") ?? throw Unfit("sample");
        _timestep = Input("timestep") ?? throw Unfit("timestep");
        _text = Input("encoder_hidden_states") ?? throw Unfit("encoder_hidden_states");
        _guidance = Input("timestep_cond");
        if (session.Inputs.Count != (_guidance is null ? 3 : 4)) throw Unfit("nothing more than those that text-to-image can give");
        _prediction = session.Outputs.FirstOrDefault(output => output.Rank == 4)
            ?? throw new InferenceException("The UNet has no output of rank 4.");
    }

    /// <summary>
    /// Whether pictures at different steps can share a run. A scalar, or a vector of fixed length 1, is one timestep for all.
    /// </summary>
    public bool TakesTimestepPerRow => _timestep.Rank == 1 && _timestep.Dimensions[0] < 0;

    /// <summary>The configuration, with the guidance embedding as the graph itself has it.</summary>
    /// <exception cref="InferenceException">Graph and configuration disagree.</exception>
    internal ModelConfig Complete(ModelConfig model)
    {
        if (_guidance is null)
        {
            return model.GuidanceEmbeddingLength is null ? model : throw Unfit("timestep_cond, by unet/config.json");
        }

        var length = _guidance.Dimensions[^1] > 0 ? _guidance.Dimensions[^1] : model.GuidanceEmbeddingLength;
        if (length is null) throw new InferenceException("Nothing says how long the UNet's timestep_cond is.");
        return model with { GuidanceEmbeddingLength = length };
    }

    /// <summary>
    /// Runs the network for samples of one shape and leaves each one's prediction, after guidance, in
    /// <see cref="Sample.Prediction"/>.
    /// </summary>
    /// <exception cref="InferenceException">The runtime refused or failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    internal void Predict(List<Sample> group, ModelConfig model, CancellationToken cancellation)
    {
        // Negatives first, then positives, in the reference's order.
        var negatives = group.Count(sample => sample.Negative is not null);
        var batch = Batch(Shape(group[0], negatives + group.Count, model));
        var (negativeRow, positiveRow) = (0, negatives);
        foreach (var sample in group)
        {
            if (sample.Negative is not null) batch.SetRow(negativeRow++, sample, sample.Negative);
            batch.SetRow(positiveRow++, sample, sample.Positive!);
        }

        batch.Run(cancellation);

        (negativeRow, positiveRow) = (0, negatives);
        foreach (var sample in group)
        {
            var prediction = sample.Prediction.AsSpan();
            batch.Prediction(positiveRow++).CopyTo(prediction);
            if (sample.Negative is not null) Guidance.Apply(sample.Spec, batch.Prediction(negativeRow++), prediction);
        }
    }

    public void Dispose()
    {
        foreach (var batch in _kept) batch.Dispose();
        _kept.Clear();
    }

    /// <summary>Tensors for one run; they belong to the denoiser and hold what the last run of this shape left.</summary>
    private DenoiserBatch Batch(DenoiserShape shape)
    {
        for (var node = _kept.First; node is not null; node = node.Next)
        {
            if (node.Value.Shape != shape) continue;
            _kept.Remove(node);
            _kept.AddFirst(node);
            return node.Value;
        }

        if (_kept.Count == KeptCountMax)
        {
            _kept.Last!.Value.Dispose();
            _kept.RemoveLast();
        }

        return _kept.AddFirst(Bind(shape)).Value;
    }

    private static DenoiserShape Shape(Sample sample, int rows, ModelConfig model) => new(
        rows, model.LatentChannels, sample.LatentHeight, sample.LatentWidth,
        sample.Positive!.TokenCount, sample.Positive.Width, model.GuidanceEmbeddingLength ?? 0);

    private DenoiserBatch Bind(DenoiserShape shape)
    {
        int[] latentShape = [shape.Rows, shape.Channels, shape.Height, shape.Width];
        int[] timestepShape = _timestep.Rank == 0 ? [] : [TakesTimestepPerRow ? shape.Rows : 1];
        var latent = Tensor.Zeros(_latent.Type, latentShape);
        var timestep = Tensor.Zeros(_timestep.Type, timestepShape);
        var text = Tensor.Zeros(_text.Type, shape.Rows, shape.TextTokens, shape.TextWidth);
        var prediction = Tensor.Zeros(_prediction.Type, latentShape);
        var inputs = new Dictionary<string, Tensor> { [_latent.Name] = latent, [_timestep.Name] = timestep, [_text.Name] = text };
        Tensor? guidance = null;
        if (_guidance is not null) inputs[_guidance.Name] = guidance = Tensor.Zeros(_guidance.Type, shape.Rows, shape.GuidanceLength);

        var binding = _session.Bind(inputs, new Dictionary<string, Tensor> { [_prediction.Name] = prediction });
        return new DenoiserBatch(shape, binding, latent, timestep, text, guidance, prediction);
    }

    private TensorSpec? Input(string name) => _session.Inputs.FirstOrDefault(input => input.Name == name);

    private InferenceException Unfit(string wanted) =>
        new($"The UNet takes {string.Join(", ", _session.Inputs.Select(input => input.Name))}, but text-to-image needs {wanted}.");
}
