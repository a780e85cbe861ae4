namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>What a run of the denoiser is bound for.</summary>
/// <param name="Rows">Pictures, and their negatives.</param>
/// <param name="Channels">Of a latent.</param>
/// <param name="Height">Of a latent.</param>
/// <param name="Width">Of a latent.</param>
/// <param name="TextTokens">Rows of a prompt embedding.</param>
/// <param name="TextWidth">Columns of a prompt embedding.</param>
/// <param name="GuidanceLength">Of a guidance embedding; 0 where the graph takes none.</param>
internal readonly record struct DenoiserShape(
    int Rows, int Channels, int Height, int Width, int TextTokens, int TextWidth, int GuidanceLength);

/// <summary>Tensors of one shape, bound once. Fill the rows, run, read the predictions.</summary>
internal sealed class DenoiserBatch : IDisposable
{
    private readonly IModelBinding _binding;
    private readonly Tensor _timestep;
    private readonly FloatView _latent, _text, _prediction;
    private readonly FloatView? _guidance;
    private readonly PromptEmbedding?[] _texts;

    public DenoiserBatch(
        DenoiserShape shape, IModelBinding binding, Tensor latent, Tensor timestep, Tensor text, Tensor? guidance, Tensor prediction)
    {
        (Shape, _binding, _timestep) = (shape, binding, timestep);
        (_latent, _text, _prediction) = (new FloatView(latent), new FloatView(text), new FloatView(prediction));
        _guidance = guidance is null ? null : new FloatView(guidance);
        _texts = new PromptEmbedding?[shape.Rows];
    }

    public DenoiserShape Shape { get; }

    /// <summary>float[C*h*w], valid after a run.</summary>
    public ReadOnlySpan<float> Prediction(int row) => _prediction.Row(row);

    /// <summary>One row of the run: the sample's latent as it stands, under one of its prompts.</summary>
    public void SetRow(int row, Sample sample, PromptEmbedding text)
    {
        sample.Sampler.ScaleInput(sample.State.Step, sample.Latent, _latent.Row(row));
        SetTimestep(_timestep.Length == 1 ? 0 : row, sample.Timestep);
        if (_guidance is not null) Guidance.Embed((float)(sample.Spec.Guidance - 1), _guidance.Row(row));

        // Embeddings stay the same from step to step, so a row is copied only when another prompt takes it.
        if (ReferenceEquals(_texts[row], text)) return;
        text.States.CopyTo(_text.Row(row));
        _texts[row] = text;
    }

    /// <exception cref="InferenceException">The runtime refused or failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    public void Run(CancellationToken cancellation)
    {
        _latent.Push();
        _text.Push();
        _guidance?.Push();
        _binding.Run(cancellation);
        _prediction.Pull();
    }

    public void Dispose() => _binding.Dispose();

    private void SetTimestep(int index, double timestep)
    {
        switch (_timestep.Type)
        {
            case TensorType.Float32: _timestep.As<float>()[index] = (float)timestep; break;
            case TensorType.Float16: _timestep.As<Half>()[index] = (Half)timestep; break;
            case TensorType.Float64: _timestep.As<double>()[index] = timestep; break;
            case TensorType.Int64: _timestep.As<long>()[index] = (long)timestep; break;
            case TensorType.Int32: _timestep.As<int>()[index] = (int)timestep; break;
            default: throw new InferenceException($"The UNet wants its timestep as {_timestep.Type}.");
        }
    }
}
