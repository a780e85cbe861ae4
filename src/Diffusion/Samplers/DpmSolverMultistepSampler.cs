using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>
/// DPM-Solver++ and its relatives, multistep, orders 1 to 3 ("DPM++ 2M" and friends): Lu et al. 2022,
/// https://arxiv.org/abs/2211.01095. History slot k is the network's answer k steps ago, as a clean latent for the ++ forms.
/// </summary>
internal sealed class DpmSolverMultistepSampler : ISampler
{
    /// <summary>Below this many steps the reference lowers the order at the end, where high orders overshoot.</summary>
    private const int FewSteps = 15;

    private readonly DpmAlgorithm _algorithm;
    private readonly PredictionType _prediction;
    private readonly CleanLatent _clean;
    private readonly float[] _sigmas;
    private readonly int _order;
    private readonly bool _heun, _flow, _lowerOrderFinal, _eulerAtFinal, _endsAtZero;

    /// <exception cref="SamplerException">The configuration or the number of steps makes no schedule.</exception>
    public DpmSolverMultistepSampler(SamplerConfig config, int steps)
    {
        var alphas = AlphaSchedule.Read(config, (0.0001, 0.02, "linear"), finiteSigmas: true);
        (Timesteps, _sigmas) = DpmSolverSchedule.Lay(config, alphas, steps);
        _algorithm = ReadAlgorithm(config);
        _prediction = SolvesForClean
            ? PredictionTypes.Read(config, PredictionType.Epsilon, PredictionType.Sample, PredictionType.Velocity, PredictionType.Flow)
            : PredictionTypes.Read(config, PredictionType.Epsilon, PredictionType.Sample, PredictionType.Velocity);
        _clean = new CleanLatent(config, clipByDefault: null);
        _order = config.Whole("solver_order", 2);
        _heun = config.Text("solver_type", "midpoint") == "heun"; // other solvers' types mean midpoint here
        _flow = config.Flag("use_flow_sigmas", false);
        _lowerOrderFinal = config.Flag("lower_order_final", true);
        _eulerAtFinal = config.Flag("euler_at_final", false);
        _endsAtZero = config.Text("final_sigmas_type", "zero") == "zero";

        if (_order is < 1 or > 3) throw new SamplerException($"solver_order is {_order}, but must be within 1..3.");
        if (_algorithm == DpmAlgorithm.SdeDpm && _order == 3) throw new SamplerException("sde-dpmsolver has no third order.");
        if (_endsAtZero && !SolvesForClean)
        {
            throw new SamplerException("Solving for the noise cannot end at sigma 0: set final_sigmas_type to sigma_min.");
        }
    }

    public IReadOnlyList<double> Timesteps { get; }

    public IReadOnlyList<float> Sigmas => _sigmas;

    public float InitialNoiseSigma => 1;

    public int HistoryCount => _order;

    private bool SolvesForClean => _algorithm is DpmAlgorithm.DpmPlusPlus or DpmAlgorithm.SdeDpmPlusPlus;

    private bool IsStochastic => _algorithm is DpmAlgorithm.SdeDpm or DpmAlgorithm.SdeDpmPlusPlus;

    public void ScaleInput(int step, ReadOnlySpan<float> latent, Span<float> input) => latent.CopyTo(input);

    public void AddNoise(int step, ReadOnlySpan<float> picture, ReadOnlySpan<float> noise, Span<float> latent)
    {
        var (alpha, sigma) = Level(step);
        for (var index = 0; index < latent.Length; index++) latent[index] = (float)alpha * picture[index] + (float)sigma * noise[index];
    }

    public void Step(SamplerState state, ReadOnlySpan<float> prediction, Span<float> latent, INoise noise)
    {
        ToClean(Level(state.Step), prediction, latent, state.Denoised);
        if (SolvesForClean) state.Remember(state.Denoised, _order);
        else RememberNoise(state, latent);

        var order = Order(state);
        var weights = DpmSolverCoefficients.Compute(_algorithm, _heun, order, Level(state.Step), Level(state.Step + 1));
        Combine(weights, order, state, latent);
        if (IsStochastic) VarianceArithmetic.Add((float)weights.Noise, state.Draw(noise), latent);
        state.Advance();
    }

    /// <summary>Not more than there are answers, and lower at the end of a short or an exact schedule.</summary>
    private int Order(SamplerState state)
    {
        var (left, few) = (Timesteps.Count - state.Step, _lowerOrderFinal && Timesteps.Count < FewSteps);
        var order = Math.Min(_order, state.StepsDone + 1);
        if (left == 1 && (_eulerAtFinal || few || _endsAtZero)) return 1;
        return left == 2 && few ? Math.Min(order, 2) : order;
    }

    private void Combine(DpmSolverCoefficients weights, int order, SamplerState state, Span<float> latent)
    {
        var (a, b, c, d) = ((float)weights.Latent, (float)weights.D0, (float)weights.D1, (float)weights.D2);
        var m0 = state.History(0);
        if (order == 1)
        {
            for (var index = 0; index < latent.Length; index++) latent[index] = a * latent[index] + b * m0[index];
            return;
        }

        var (ratio, olderRatio) = Ratios(state.Step, order);
        var m1 = state.History(1);
        var m2 = state.History(order - 1);
        for (var index = 0; index < latent.Length; index++)
        {
            var newer = (m0[index] - m1[index]) / ratio;
            var (first, second) = (newer, 0f);
            if (order == 3)
            {
                var bend = newer - (m1[index] - m2[index]) / olderRatio;
                (first, second) = (newer + ratio / (ratio + olderRatio) * bend, bend / (ratio + olderRatio));
            }

            latent[index] = a * latent[index] + b * m0[index] + c * first + d * second;
        }
    }

    /// <summary>Lengths of the last steps over that of this one, in log signal-to-noise ratio.</summary>
    private (float Last, float BeforeLast) Ratios(int step, int order)
    {
        double Lambda(int at) => DpmSolverCoefficients.Lambda(Level(at));
        var h = Lambda(step + 1) - Lambda(step);
        var last = (Lambda(step) - Lambda(step - 1)) / h;
        return ((float)last, order == 3 ? (float)((Lambda(step - 1) - Lambda(step - 2)) / h) : 0);
    }

    private void ToClean((double Alpha, double Sigma) level, ReadOnlySpan<float> prediction, ReadOnlySpan<float> latent, Span<float> clean)
    {
        var (alpha, sigma) = ((float)level.Alpha, (float)level.Sigma);
        for (var index = 0; index < latent.Length; index++)
        {
            clean[index] = _prediction switch
            {
                PredictionType.Epsilon => (latent[index] - sigma * prediction[index]) / alpha,
                PredictionType.Sample => prediction[index],
                PredictionType.Velocity => alpha * latent[index] - sigma * prediction[index],
                _ => latent[index] - sigma * prediction[index],
            };
        }

        _clean.Bound(clean);
    }

    /// <summary>The noise that lies between the latent and the clean guess.</summary>
    private void RememberNoise(SamplerState state, ReadOnlySpan<float> latent)
    {
        var (alpha, sigma) = Level(state.Step);
        state.Remember(latent, _order);
        var epsilon = state.History(0);
        for (var index = 0; index < epsilon.Length; index++)
        {
            epsilon[index] = (latent[index] - (float)alpha * state.Denoised[index]) / (float)sigma;
        }
    }

    private (double Alpha, double Sigma) Level(int step)
    {
        double sigma = _sigmas[step];
        if (_flow) return (1 - sigma, sigma);
        var alpha = 1 / Math.Sqrt(sigma * sigma + 1);
        return (alpha, sigma * alpha);
    }

    private static DpmAlgorithm ReadAlgorithm(SamplerConfig config) => config.Text("algorithm_type", "dpmsolver++") switch
    {
        "dpmsolver" => DpmAlgorithm.Dpm,
        "dpmsolver++" or "deis" => DpmAlgorithm.DpmPlusPlus,
        "sde-dpmsolver" => DpmAlgorithm.SdeDpm,
        "sde-dpmsolver++" => DpmAlgorithm.SdeDpmPlusPlus,
        var other => throw new SamplerException(
            $"algorithm_type is '{other}', but must be dpmsolver, dpmsolver++, sde-dpmsolver or sde-dpmsolver++."),
    };
}
