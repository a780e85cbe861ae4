using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>
/// Pseudo numerical methods: Liu et al. 2022, https://arxiv.org/abs/2202.09778. Linear multistep (PLMS), after a second call
/// at the second step or, where a configuration keeps them, after three Runge-Kutta steps of four calls each.
/// </summary>
internal sealed class PndmSampler : ISampler
{
    /// <summary>History: the last four answers, then the latent that a step began with, then the Runge-Kutta sum.</summary>
    private const int AnswerSlots = 4, BeginSlot = 4, SumSlot = 5;

    private const int RungeKuttaCalls = 12;

    private readonly AlphaSchedule _alphas;
    private readonly PredictionType _prediction;
    private readonly int[] _timesteps;
    private readonly int _stride;
    private readonly float _finalAlpha;
    private readonly bool _startsWithRungeKutta;

    /// <exception cref="SamplerException">The configuration or the number of steps makes no schedule.</exception>
    public PndmSampler(SamplerConfig config, int steps)
    {
        _alphas = AlphaSchedule.Read(config, (0.0001, 0.02, "linear"), finiteSigmas: false);
        _prediction = PredictionTypes.Read(config, PredictionType.Epsilon, PredictionType.Velocity);
        _startsWithRungeKutta = !config.Flag("skip_prk_steps", false);
        TimestepSpacing.CheckSteps(steps, _alphas.TrainSteps);
        if (_startsWithRungeKutta && steps < 4)
        {
            throw new SamplerException($"Runge-Kutta steps at the start need at least 4 steps, not {steps}.");
        }

        var spacing = config.Text("timestep_spacing", TimestepSpacing.Leading);
        var spread = TimestepSpacing.Spread(spacing, steps, _alphas.TrainSteps, config.Whole("steps_offset", 0), round: true);
        var timesteps = TimestepSpacing.ToIndices(spread, _alphas.TrainSteps);
        _stride = _alphas.TrainSteps / steps;
        _timesteps = _startsWithRungeKutta ? WithRungeKutta(timesteps, _stride / 2) : WithSecondTwice(timesteps);
        _finalAlpha = config.Flag("set_alpha_to_one", false) ? 1 : _alphas.AlphasCumprod[0];
        Timesteps = Array.ConvertAll(_timesteps, timestep => (double)timestep);
    }

    public IReadOnlyList<double> Timesteps { get; }

    public IReadOnlyList<float> Sigmas => [];

    public float InitialNoiseSigma => 1;

    public int HistoryCount => SumSlot + 1;

    public void ScaleInput(int step, ReadOnlySpan<float> latent, Span<float> input) => latent.CopyTo(input);

    public void AddNoise(int step, ReadOnlySpan<float> picture, ReadOnlySpan<float> noise, Span<float> latent) =>
        VarianceArithmetic.AddNoise(_alphas.AlphasCumprod[_timesteps[step]], picture, noise, latent);

    public void Step(SamplerState state, ReadOnlySpan<float> prediction, Span<float> latent, INoise noise)
    {
        if (_startsWithRungeKutta && state.StepsDone < RungeKuttaCalls) StepRungeKutta(state, prediction, latent);
        else StepMultistep(state, prediction, latent);
        state.Advance();
    }

    private void StepMultistep(SamplerState state, ReadOnlySpan<float> prediction, Span<float> latent)
    {
        var timestep = _timesteps[state.Step];
        var answer = state.Denoised; // room for the combined answer until the clean latent is known
        if (state.StepsDone == 1)
        {
            // The second call repeats the first step with the mean of both answers.
            state.History(BeginSlot).CopyTo(latent);
            var first = state.History(0);
            for (var index = 0; index < answer.Length; index++) answer[index] = (prediction[index] + first[index]) / 2;
            Move(state, timestep + _stride, timestep, latent);
            return;
        }

        state.Remember(prediction, AnswerSlots);
        if (state.StepsDone == 0) latent.CopyTo(state.History(BeginSlot));
        Extrapolate(state, Math.Min(_startsWithRungeKutta ? AnswerSlots : Math.Max(state.StepsDone, 1), AnswerSlots), answer);
        Move(state, timestep, timestep - _stride, latent);
    }

    /// <summary>Adams-Bashforth weights of as many answers as there are.</summary>
    private static void Extrapolate(SamplerState state, int answers, Span<float> answer)
    {
        Span<float> e0 = state.History(0), e1 = state.History(1), e2 = state.History(2), e3 = state.History(3);
        for (var index = 0; index < answer.Length; index++)
        {
            answer[index] = answers switch
            {
                1 => e0[index],
                2 => (3 * e0[index] - e1[index]) / 2,
                3 => (23 * e0[index] - 16 * e1[index] + 5 * e2[index]) / 12,
                _ => (55 * e0[index] - 59 * e1[index] + 37 * e2[index] - 9 * e3[index]) / 24,
            };
        }
    }

    private void StepRungeKutta(SamplerState state, ReadOnlySpan<float> prediction, Span<float> latent)
    {
        var (call, stage) = (state.StepsDone, state.StepsDone % 4);
        var previous = _timesteps[state.Step] - (call % 2 == 0 ? _stride / 2 : 0);
        if (stage == 0)
        {
            state.Remember(prediction, AnswerSlots);
            latent.CopyTo(state.History(BeginSlot));
            state.History(SumSlot).Clear();
        }

        var sum = state.History(SumSlot);
        VarianceArithmetic.Add(stage is 0 or 3 ? 1f / 6 : 1f / 3, prediction, sum);
        state.History(BeginSlot).CopyTo(latent);
        (stage == 3 ? sum : prediction).CopyTo(state.Denoised);
        Move(state, _timesteps[call / 4 * 4], previous, latent);
    }

    /// <summary>Eq. 9, from one timestep to another, with the answer that lies in the state's clean latent.</summary>
    private void Move(SamplerState state, int from, int to, Span<float> latent)
    {
        double alpha = _alphas.AlphasCumprod[from], alphaNext = to >= 0 ? _alphas.AlphasCumprod[to] : _finalAlpha;
        var keep = (float)Math.Sqrt(alphaNext / alpha);
        var take = (float)((alphaNext - alpha) / (alpha * Math.Sqrt(1 - alphaNext) + Math.Sqrt(alpha * (1 - alpha) * alphaNext)));
        var (root, rootBeta) = ((float)Math.Sqrt(alpha), (float)Math.Sqrt(1 - alpha));
        var answer = state.Denoised;
        for (var index = 0; index < latent.Length; index++)
        {
            var epsilon = _prediction == PredictionType.Velocity ? root * answer[index] + rootBeta * latent[index] : answer[index];
            answer[index] = (latent[index] - rootBeta * epsilon) / root;
            latent[index] = keep * latent[index] - take * epsilon;
        }
    }

    private static int[] WithSecondTwice(int[] timesteps) =>
        timesteps.Length == 1 ? timesteps : [timesteps[0], timesteps[1], .. timesteps[1..]];

    /// <summary>Each of the first three steps as four calls: at its start, twice half a stride on, and at its end.</summary>
    private static int[] WithRungeKutta(int[] timesteps, int halfStride)
    {
        var calls = new List<int>();
        for (var step = 0; step < 3; step++)
        {
            var middle = timesteps[step + 1] + halfStride;
            calls.AddRange([timesteps[step], middle, middle, timesteps[step + 1]]);
        }

        return [.. calls, .. timesteps[3..]];
    }
}
