using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>
/// Euler's method on the probability flow: Karras et al. 2022, https://arxiv.org/abs/2206.00364, algorithm 2 without the
/// correction.
/// </summary>
internal sealed class EulerSampler : ISampler
{
    private static readonly double LargestChurn = Math.Sqrt(2) - 1;

    private readonly PredictionType _prediction;
    private readonly SamplerOptions _options;
    private readonly float[] _sigmas;

    /// <exception cref="SamplerException">The configuration or the number of steps makes no schedule.</exception>
    public EulerSampler(SamplerConfig config, int steps, SamplerOptions options)
    {
        var alphas = AlphaSchedule.Read(config, (0.0001, 0.02, "linear"), finiteSigmas: true);
        _prediction = PredictionTypes.Read(config, PredictionType.Epsilon, PredictionType.Sample, PredictionType.Velocity);
        _options = options;
        TimestepSpacing.CheckSteps(steps, alphas.TrainSteps);

        var spacing = config.Text("timestep_spacing", TimestepSpacing.Linspace);
        var timesteps = TimestepSpacing.Spread(spacing, steps, alphas.TrainSteps, config.Whole("steps_offset", 0), round: false);
        timesteps = Array.ConvertAll(timesteps, timestep => (double)(float)timestep);
        var sigmas = Interpolate(config, alphas, timesteps);
        if (SigmaCurves.Read(config) is { } curve)
        {
            // The curve runs between the ends of the interpolated sigmas, not of the whole training schedule.
            sigmas = curve(config.Number("sigma_max", sigmas[0]), config.Number("sigma_min", sigmas[^1]), steps);
            timesteps = Array.ConvertAll(sigmas, alphas.TimestepOf);
        }

        _sigmas = [.. sigmas.Select(sigma => (float)sigma), FinalSigma(config, alphas)];
        if (config.Text("timestep_type", "discrete") == "continuous" && _prediction == PredictionType.Velocity)
        {
            timesteps = Array.ConvertAll(_sigmas[..^1], sigma => 0.25 * Math.Log(sigma));
        }

        Timesteps = Array.ConvertAll(timesteps, timestep => (double)(float)timestep);
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
        var sigma = _sigmas[state.Step];
        var churned = (float)(sigma * (Churn(sigma) + 1));
        if (churned > sigma)
        {
            var added = _options.ChurnNoise * Math.Sqrt((double)churned * churned - (double)sigma * sigma);
            VarianceArithmetic.Add((float)added, state.Draw(noise), latent);
        }

        SigmaArithmetic.ToClean(_prediction, sigma, churned, prediction, latent, state.Denoised);
        SigmaArithmetic.Descend(churned, _sigmas[state.Step + 1] - churned, state.Denoised, latent);
        state.Advance();
    }

    /// <summary>By how much the noise is raised before a step, relative to its level (gamma in the paper).</summary>
    private double Churn(float sigma) =>
        _options.ChurnSigmaMin <= sigma && sigma <= _options.ChurnSigmaMax
            ? Math.Min(_options.Churn / (_sigmas.Length - 1), LargestChurn)
            : 0;

    private static double[] Interpolate(SamplerConfig config, AlphaSchedule alphas, double[] timesteps) =>
        config.Text("interpolation_type", "linear") switch
        {
            "linear" => Array.ConvertAll(timesteps, alphas.SigmaAt),
            "log_linear" => SigmaCurves.Exponential(alphas.Sigmas[^1], alphas.Sigmas[0], timesteps.Length + 1),
            var other => throw new SamplerException($"interpolation_type is '{other}', but must be linear or log_linear."),
        };

    private static float FinalSigma(SamplerConfig config, AlphaSchedule alphas) => config.Text("final_sigmas_type", "zero") switch
    {
        "zero" => 0,
        "sigma_min" => (float)alphas.Sigmas[0],
        var other => throw new SamplerException($"final_sigmas_type is '{other}', but must be zero or sigma_min."),
    };
}
