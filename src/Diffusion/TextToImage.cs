using OrleansDiffusion.Diffusion.Noise;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Samplers;
using OrleansDiffusion.Diffusion.Tokenizers;

namespace OrleansDiffusion.Diffusion;

/// <summary>
/// Pictures from prompts with a latent diffusion model (Rombach et al. 2022, https://arxiv.org/abs/2112.10752): a text encoder,
/// a denoiser and a decoder. The work is cut at step boundaries, so that the caller can let samples join and leave,
/// preview, checkpoint, cancel and pre-empt between any two steps:
/// <code>
/// var sample = pipeline.Begin(spec);
/// pipeline.Encode(sample);
/// while (!sample.IsDone) pipeline.Step([sample]);
/// var picture = pipeline.Decode(sample);
/// </code>
/// All calls on one thread, the device's. The sessions belong to the caller; only what was bound to them is released here.
/// </summary>
public sealed class TextToImage : IDisposable
{
    /// <summary>Up to this many pixels a preview goes through the decoder itself, which is then about as cheap as a step.</summary>
    private const int DecodedPreviewPixelsMax = 128 * 128;

    private readonly PromptEncoder _encoder;
    private readonly Denoiser _denoiser;
    private readonly LatentDecoder _decoder;
    private readonly LatentPreview _preview;
    private readonly int _batchMax;

    /// <param name="model">What the folder says; see <see cref="ModelFolder.Read"/>.</param>
    /// <param name="encoder">Prompt to embedding.</param>
    /// <param name="denoiser">Latent and embedding to prediction.</param>
    /// <param name="decoder">Latent to picture.</param>
    /// <param name="batchMax">How many samples share a run at most; memory grows with it.</param>
    /// <exception cref="InferenceException">The denoiser is not the one that the configuration describes.</exception>
    public TextToImage(ModelConfig model, PromptEncoder encoder, Denoiser denoiser, LatentDecoder decoder, int batchMax = 8)
    {
        Model = denoiser.Complete(model);
        (_encoder, _denoiser, _decoder, _batchMax) = (encoder, denoiser, decoder, batchMax);
        _preview = new LatentPreview(model.LatentChannels);
    }

    public ModelConfig Model { get; }

    /// <summary>The pipeline of a folder whose graphs are loaded.</summary>
    /// <param name="model">What the folder says; see <see cref="ModelFolder.Read"/>.</param>
    /// <param name="sessions">By component, at least <see cref="ModelFolder.RequiredGraphs"/>.</param>
    /// <param name="batchMax">How many samples share a run at most; memory grows with it.</param>
    /// <exception cref="InferenceException">A graph is of another kind than the folder says.</exception>
    public static TextToImage Compose(ModelConfig model, IReadOnlyDictionary<string, IModelSession> sessions, int batchMax = 8) => new(
        model,
        new PromptEncoder(ClipTokenizer.Load(model.TokenizerFolder, model.TextPositionsMax), sessions[ModelFolder.TextEncoder]),
        new Denoiser(sessions[ModelFolder.Unet]),
        new LatentDecoder(sessions[ModelFolder.VaeDecoder], model),
        batchMax);

    /// <summary>What the limit on tokens makes of a prompt, without running anything.</summary>
    public TokenizedPrompt Tokenize(string prompt) => _encoder.Tokenize(prompt);

    /// <summary>A sample of pure noise, its generator seeded with Seed + ImageIndex.</summary>
    /// <exception cref="ArgumentException">The spec breaks <see cref="SampleRules"/>, which callers check first.</exception>
    public Sample Begin(SampleSpec spec)
    {
        var problems = SampleRules.Check(Model, spec);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems.Select(problem => $"{problem.Field}: {problem.Message}")), nameof(spec));
        }

        var noise = NoiseSources.Create(spec.Noise, unchecked(spec.Seed + spec.ImageIndex))!;
        var sample = Lay(spec, noise);
        noise.Fill(sample.Latent);
        foreach (ref var number in sample.Latent.AsSpan()) number *= sample.Sampler.InitialNoiseSigma;
        return sample;
    }

    /// <summary>The same, from given noise instead of the first draw: for callers that share one generator among pictures.</summary>
    /// <param name="spec">The picture.</param>
    /// <param name="noise">float[C*h*w] of unit variance.</param>
    public Sample Begin(SampleSpec spec, ReadOnlySpan<float> noise)
    {
        var sample = Begin(spec);
        noise.CopyTo(sample.Latent);
        foreach (ref var number in sample.Latent.AsSpan()) number *= sample.Sampler.InitialNoiseSigma;
        return sample;
    }

    /// <summary>Runs the text encoder where these prompts were not encoded just before. Once per sample, before its first step.</summary>
    /// <exception cref="InferenceException">The runtime refused or failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    public void Encode(Sample sample, CancellationToken cancellation = default)
    {
        sample.Positive = _encoder.Encode(sample.Spec.Prompt, cancellation);
        sample.Negative = Model.UsesNegative(sample.Spec.Guidance) ? _encoder.Encode(sample.Spec.NegativePrompt, cancellation) : null;
    }

    /// <summary>
    /// Moves every sample one step on. Those of equal shape (and timestep, where the graph takes one for all) share
    /// runs; the others follow in the same call. When it throws, each sample is either at its old step or at its new one.
    /// </summary>
    /// <param name="active">Encoded and not done, in any mix of samplers, steps, guidance and sizes.</param>
    /// <param name="cancellation">Seen between runs and, by runtimes that can, inside one.</param>
    /// <exception cref="InferenceException">The runtime refused or failed.</exception>
    /// <exception cref="InvalidOperationException">A sample is not encoded yet, or done.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    public void Step(IReadOnlyList<Sample> active, CancellationToken cancellation = default)
    {
        foreach (var sample in active) sample.RequireReady();
        foreach (var group in StepGroups.Split(active, _batchMax, _denoiser.TakesTimestepPerRow))
        {
            cancellation.ThrowIfCancellationRequested();
            _denoiser.Predict(group, Model, cancellation);
            foreach (var sample in group) sample.Sampler.Step(sample.State, sample.Prediction, sample.Latent, sample.Noise);
        }
    }

    /// <summary>
    /// What the finished picture will roughly be, from the last step's guess at it. Small pictures are decoded; larger ones
    /// come at latent size, through a linear fit to the decoder's earlier pictures.
    /// </summary>
    /// <exception cref="InferenceException">The runtime refused or failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    public RgbImage Preview(Sample sample, CancellationToken cancellation = default)
    {
        var (height, width) = (sample.LatentHeight, sample.LatentWidth);
        return sample.Spec.Width * sample.Spec.Height <= DecodedPreviewPixelsMax
            ? _decoder.Decode(sample.State.Denoised, height, width, cancellation)
            : _preview.Render(sample.State.Denoised, height, width);
    }

    /// <summary>The picture of a sample that is done.</summary>
    /// <exception cref="InferenceException">The runtime refused or failed, or the picture holds numbers that are none.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    public RgbImage Decode(Sample sample, CancellationToken cancellation = default)
    {
        if (!sample.IsFinite) throw new InferenceException("The denoiser gave numbers that are none (NaN or infinite).");
        var picture = _decoder.Decode(sample.Latent, sample.LatentHeight, sample.LatentWidth, cancellation);
        _preview.Observe(sample.Latent, sample.LatentHeight, sample.LatentWidth, picture);
        return picture;
    }

    /// <summary>Everything needed to continue after the sample's last step, here or on another machine, bit for bit.</summary>
    public byte[] Checkpoint(Sample sample) => SampleCheckpoint.Write(sample);

    /// <summary>The sample of a checkpoint; <see cref="Encode"/> it again before it goes on.</summary>
    /// <exception cref="ArgumentException">The spec breaks <see cref="SampleRules"/>.</exception>
    /// <exception cref="CheckpointException">Damaged, of another version, or of another spec or model.</exception>
    public Sample Restore(SampleSpec spec, ReadOnlySpan<byte> checkpoint)
    {
        var sample = Begin(spec);
        SampleCheckpoint.Read(checkpoint, sample);
        return sample;
    }

    /// <summary>One picture from beginning to end: for warm-up, tests and benchmarks.</summary>
    public RgbImage Generate(SampleSpec spec, CancellationToken cancellation = default)
    {
        var sample = Begin(spec);
        Encode(sample, cancellation);
        while (!sample.IsDone) Step([sample], cancellation);
        return Decode(sample, cancellation);
    }

    public void Dispose()
    {
        _denoiser.Dispose();
        _decoder.Dispose();
    }

    private Sample Lay(SampleSpec spec, INoise noise)
    {
        var info = SampleRules.FindSampler(Model, spec)!;
        var sampler = info.Create(Model.Scheduler, spec.Steps, new SamplerOptions { Eta = spec.Eta });
        var (height, width) = (spec.Height / Model.VaeFactor, spec.Width / Model.VaeFactor);
        return new Sample(spec, info, sampler, noise, new float[Model.LatentChannels * height * width], height, width);
    }
}
