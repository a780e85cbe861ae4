using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>
/// Multistep sampling of latent consistency models: Luo et al. 2023, https://arxiv.org/abs/2310.04378, algorithm 3. Steps
/// are picked from the schedule that the model was distilled with.
/// </summary>
internal sealed class LcmSampler : ISampler
{
    /// <summary>Deviation of the training pictures in the boundary condition.</summary>
    private const double SigmaData = 0.5;

    private readonly AlphaSchedule _alphas;
    private readonly CleanLatent _clean;
    private readonly PredictionType _prediction;
    private readonly int[] _timesteps;
    private readonly double _timestepScaling;

    /// <exception cref="SamplerException">The configuration or the number of steps makes no schedule.</exception>
    public LcmSampler(SamplerConfig config, int steps, SamplerOptions options)
    {
        _alphas = AlphaSchedule.Read(config, (0.00085, 0.012, "scaled_linear"), finiteSigmas: false);
        _clean = new CleanLatent(config, clipByDefault: false);
        _prediction = PredictionTypes.Read(config, PredictionType.Epsilon, PredictionType.Sample, PredictionType.Velocity);
        _timestepScaling = config.Number("timestep_scaling", 10);
        _timesteps = Pick(DistilledSteps(config), steps, _alphas.TrainSteps, options.Strength);
        Timesteps = Array.ConvertAll(_timesteps, timestep => (double)timestep);
    }

    public IReadOnlyList<double> Timesteps { get; }

    public IReadOnlyList<float> Sigmas => [];

    public float InitialNoiseSigma => 1;

    public int HistoryCount => 0;

    /// <summary>How many steps the model was distilled with: no job can take more.</summary>
    public static int DistilledSteps(SamplerConfig config) => config.Whole("original_inference_steps", 50);

    public void ScaleInput(int step, ReadOnlySpan<float> latent, Span<float> input) => latent.CopyTo(input);

    public void AddNoise(int step, ReadOnlySpan<float> picture, ReadOnlySpan<float> noise, Span<float> latent) =>
        VarianceArithmetic.AddNoise(_alphas.AlphasCumprod[_timesteps[step]], picture, noise, latent);

    public void Step(SamplerState state, ReadOnlySpan<float> prediction, Span<float> latent, INoise noise)
    {
        var timestep = _timesteps[state.Step];
        VarianceArithmetic.ToClean(_prediction, _alphas.AlphasCumprod[timestep], prediction, latent, state.Denoised);
        _clean.Bound(state.Denoised);

        var scaled = timestep * _timestepScaling;
        var keep = (float)(SigmaData * SigmaData / (scaled * scaled + SigmaData * SigmaData));
        var take = (float)(scaled / Math.Sqrt(scaled * scaled + SigmaData * SigmaData));
        for (var index = 0; index < latent.Length; index++) latent[index] = take * state.Denoised[index] + keep * latent[index];

        var last = state.Step == _timesteps.Length - 1;
        if (!last)
        {
            var alphaNext = _alphas.AlphasCumprod[_timesteps[state.Step + 1]];
            VarianceArithmetic.AddNoise(alphaNext, latent, state.Draw(noise), latent);
        }

        state.Advance();
    }

    /// <summary>Evenly spread among every k-th training step, k as in distillation.</summary>
    private static int[] Pick(int distilledSteps, int steps, int trainSteps, double strength)
    {
        if (distilledSteps < 1 || distilledSteps > trainSteps)
        {
            throw new SamplerException($"original_inference_steps is {distilledSteps}, but must be within 1..{trainSteps}.");
        }

        var (skip, count) = (trainSteps / distilledSteps, (int)(distilledSteps * strength));
        TimestepSpacing.CheckSteps(steps, count);
        var picked = new int[steps];
        for (var index = 0; index < steps; index++)
        {
            var fromNoise = (int)Math.Floor(index * ((double)count / steps));
            picked[index] = (count - fromNoise) * skip - 1;
        }

        return picked;
    }
}
