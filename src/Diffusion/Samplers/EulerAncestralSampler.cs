using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>
/// Euler steps that overshoot and add fresh noise back: ancestral sampling of Ho et al. 2020, https://arxiv.org/abs/2006.11239,
/// on the sigmas of Karras et al. 2022.
/// </summary>
internal sealed class EulerAncestralSampler : ISampler
{
    private readonly PredictionType _prediction;
    private readonly float[] _sigmas;

    /// <exception cref="SamplerException">The configuration or the number of steps makes no schedule.</exception>
    public EulerAncestralSampler(SamplerConfig config, int steps)
    {
        var alphas = AlphaSchedule.Read(config, (0.0001, 0.02, "linear"), finiteSigmas: true);
        _prediction = PredictionTypes.Read(config, PredictionType.Epsilon, PredictionType.Velocity);
        TimestepSpacing.CheckSteps(steps, alphas.TrainSteps);

        var spacing = config.Text("timestep_spacing", TimestepSpacing.Linspace);
        var timesteps = TimestepSpacing.Spread(spacing, steps, alphas.TrainSteps, config.Whole("steps_offset", 0), round: false);
        Timesteps = Array.ConvertAll(timesteps, timestep => (double)(float)timestep);
        _sigmas = [.. Timesteps.Select(timestep => (float)alphas.SigmaAt(timestep)), 0];
        InitialNoiseSigma = SigmaArithmetic.InitialNoiseSigma(spacing, _sigmas);
    }

    public IReadOnlyList<double> Timesteps { get; }

    public IReadOnlyList<float> Sigmas => _sigmas;

    public float InitialNoiseSigma { get; }

    public int HistoryCount => 0;

    public void ScaleInput(int step, ReadOnlySpan<float> latent, Span<float> input) =>
        SigmaArithmetic.ScaleInput(_sigmas[step], latent, input);

    public void AddNoise(int step, ReadOnlySpan<float> picture, ReadOnlySpan<float> noise, Span<float> latent) =>
        SigmaArithmetic.AddNoise(_sigmas[step], picture, noise, latent);

    public void Step(SamplerState state, ReadOnlySpan<float> prediction, Span<float> latent, INoise noise)
    {
        double from = _sigmas[state.Step], to = _sigmas[state.Step + 1];
        var up = Math.Sqrt(to * to * (from * from - to * to) / (from * from));
        var down = Math.Sqrt(to * to - up * up);

        SigmaArithmetic.ToClean(_prediction, (float)from, (float)from, prediction, latent, state.Denoised);
        SigmaArithmetic.Descend((float)from, (float)(down - from), state.Denoised, latent);

        // Drawn on the last step too, where its weight is 0: the reference's stream does the same.
        VarianceArithmetic.Add((float)up, state.Draw(noise), latent);
        state.Advance();
    }
}
