using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>Denoising diffusion implicit models: Song, Meng and Ermon 2021, https://arxiv.org/abs/2010.02502, eq. 12 and 16.</summary>
internal sealed class DdimSampler : ISampler
{
    private readonly AlphaSchedule _alphas;
    private readonly CleanLatent _clean;
    private readonly PredictionType _prediction;
    private readonly int[] _timesteps;
    private readonly int _stride;
    private readonly float _finalAlpha;
    private readonly double _eta;

    /// <exception cref="SamplerException">The configuration or the number of steps makes no schedule.</exception>
    public DdimSampler(SamplerConfig config, int steps, SamplerOptions options)
    {
        _alphas = AlphaSchedule.Read(config, (0.0001, 0.02, "linear"), finiteSigmas: false);
        _clean = new CleanLatent(config, clipByDefault: true);
        _prediction = PredictionTypes.Read(config, PredictionType.Epsilon, PredictionType.Sample, PredictionType.Velocity);
        TimestepSpacing.CheckSteps(steps, _alphas.TrainSteps);

        var spacing = config.Text("timestep_spacing", TimestepSpacing.Leading);
        var timesteps = TimestepSpacing.Spread(spacing, steps, _alphas.TrainSteps, config.Whole("steps_offset", 0), round: true);
        _timesteps = TimestepSpacing.ToIndices(timesteps, _alphas.TrainSteps);
        _stride = _alphas.TrainSteps / steps;
        _finalAlpha = config.Flag("set_alpha_to_one", true) ? 1 : _alphas.AlphasCumprod[0];
        _eta = options.Eta;
        Timesteps = timesteps;
    }

    public IReadOnlyList<double> Timesteps { get; }

    public IReadOnlyList<float> Sigmas => [];

    public float InitialNoiseSigma => 1;

    public int HistoryCount => 0;

    public void ScaleInput(int step, ReadOnlySpan<float> latent, Span<float> input) => latent.CopyTo(input);

    public void AddNoise(int step, ReadOnlySpan<float> picture, ReadOnlySpan<float> noise, Span<float> latent) =>
        VarianceArithmetic.AddNoise(_alphas.AlphasCumprod[_timesteps[step]], picture, noise, latent);

    public void Step(SamplerState state, ReadOnlySpan<float> prediction, Span<float> latent, INoise noise)
    {
        var timestep = _timesteps[state.Step];
        var previous = timestep - _stride;
        var alpha = _alphas.AlphasCumprod[timestep];
        var alphaNext = previous >= 0 ? _alphas.AlphasCumprod[previous] : _finalAlpha;
        var variance = (1.0 - alphaNext) / (1.0 - alpha) * (1 - (double)alpha / alphaNext);
        var deviation = _eta * Math.Sqrt(variance);

        var clean = state.Denoised;
        VarianceArithmetic.ToClean(_prediction, alpha, prediction, latent, clean);
        var (root, rootBeta) = (MathF.Sqrt(alpha), MathF.Sqrt(1 - alpha));
        var (rootNext, direction) = (MathF.Sqrt(alphaNext), (float)Math.Sqrt(1 - alphaNext - deviation * deviation));
        for (var index = 0; index < latent.Length; index++)
        {
            // The noise is taken from the prediction as it came, before any bound on the clean latent.
            var epsilon = _prediction switch
            {
                PredictionType.Epsilon => prediction[index],
                PredictionType.Sample => (latent[index] - root * clean[index]) / rootBeta,
                _ => root * prediction[index] + rootBeta * latent[index],
            };
            latent[index] = direction * epsilon;
        }

        _clean.Bound(clean);
        for (var index = 0; index < latent.Length; index++) latent[index] += rootNext * clean[index];
        if (_eta > 0) VarianceArithmetic.Add((float)deviation, state.Draw(noise), latent);
        state.Advance();
    }
}
