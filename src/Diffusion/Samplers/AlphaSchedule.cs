namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>
/// The noise levels that a model was trained with (Ho et al. 2020): alphas_cumprod per training step, and the sigmas
/// that k-diffusion derives from them. Rounded to float32 wherever the reference keeps float32, since a schedule differs
/// visibly after a thousand products.
/// </summary>
internal sealed class AlphaSchedule
{
    /// <summary>
    /// The smallest half-precision number: stands for the last alpha of a zero terminal SNR where a sigma must stay finite.
    /// </summary>
    private const float TinyAlpha = 1f / (1 << 24);

    private readonly double[] _sigmas, _logSigmas;

    private AlphaSchedule(float[] alphasCumprod)
    {
        AlphasCumprod = alphasCumprod;
        _sigmas = Array.ConvertAll(alphasCumprod, alpha => (double)MathF.Sqrt((1 - alpha) / alpha));
        _logSigmas = Array.ConvertAll(_sigmas, sigma => (double)(float)Math.Log(sigma));
    }

    /// <summary>float[T], from almost 1 (clean) to almost 0 (noise).</summary>
    public IReadOnlyList<float> AlphasCumprod { get; }

    public int TrainSteps => AlphasCumprod.Count;

    /// <summary>Standard deviation of the noise over that of the picture, per training step.</summary>
    public IReadOnlyList<double> Sigmas => _sigmas;

    /// <param name="config">The model's.</param>
    /// <param name="defaults">beta_start, beta_end and beta_schedule of the class that reads it.</param>
    /// <param name="finiteSigmas">Whether a zero terminal SNR keeps a tiny last alpha.</param>
    /// <exception cref="SamplerException">An unknown schedule, or numbers that make none.</exception>
    public static AlphaSchedule Read(SamplerConfig config, (double Start, double End, string Schedule) defaults, bool finiteSigmas)
    {
        var betas = Betas(config, defaults);
        if (!Array.TrueForAll(betas, beta => beta is >= 0 and < 1))
        {
            throw new SamplerException("The betas of the scheduler configuration are not within 0..1.");
        }

        var zeroTerminalSnr = config.Flag("rescale_betas_zero_snr", false);
        var alphas = zeroTerminalSnr ? Cumprod(RescaleToZeroTerminalSnr(betas)) : Cumprod(betas);
        if (zeroTerminalSnr && finiteSigmas) alphas[^1] = TinyAlpha;
        return new AlphaSchedule(alphas);
    }

    /// <summary>The sigma at a timestep, linear between training steps.</summary>
    public double SigmaAt(double timestep)
    {
        var low = Math.Clamp((int)Math.Floor(timestep), 0, TrainSteps - 1);
        if (low == TrainSteps - 1 || timestep <= low) return _sigmas[low];
        return _sigmas[low] + (_sigmas[low + 1] - _sigmas[low]) * (timestep - low);
    }

    /// <summary>The timestep of a sigma, linear in its logarithm between training steps.</summary>
    public double TimestepOf(double sigma)
    {
        var logSigma = Math.Log(Math.Max(sigma, 1e-10));
        var low = Math.Clamp(Array.FindLastIndex(_logSigmas, candidate => logSigma >= candidate), 0, TrainSteps - 2);
        var weight = Math.Clamp((_logSigmas[low] - logSigma) / (_logSigmas[low] - _logSigmas[low + 1]), 0, 1);
        return (1 - weight) * low + weight * (low + 1);
    }

    private static float[] Betas(SamplerConfig config, (double Start, double End, string Schedule) defaults)
    {
        if (config.Numbers("trained_betas") is { Length: > 1 } trained) return Array.ConvertAll(trained, beta => (float)beta);

        var steps = config.Whole("num_train_timesteps", 1000);
        var (start, end) = (config.Number("beta_start", defaults.Start), config.Number("beta_end", defaults.End));
        var schedule = config.Text("beta_schedule", defaults.Schedule);
        if (steps is < 2 or > 1_000_000) throw new SamplerException($"num_train_timesteps is {steps}, which makes no schedule.");
        return schedule switch
        {
            "linear" => NumberGrid.LinspaceFloat((float)start, (float)end, steps),
            "scaled_linear" => Squares(NumberGrid.LinspaceFloat((float)Math.Sqrt(start), (float)Math.Sqrt(end), steps)),
            "squaredcos_cap_v2" => CosineBetas(steps),
            _ => throw new SamplerException($"beta_schedule is '{schedule}', but must be linear, scaled_linear or squaredcos_cap_v2."),
        };
    }

    /// <summary>Nichol and Dhariwal 2021, eq. 17, with betas capped at 0.999.</summary>
    private static float[] CosineBetas(int steps)
    {
        static double AlphaBar(double time) => Math.Pow(Math.Cos((time + 0.008) / 1.008 * Math.PI / 2), 2);
        var betas = new float[steps];
        for (var step = 0; step < steps; step++)
        {
            betas[step] = (float)Math.Min(1 - AlphaBar((step + 1.0) / steps) / AlphaBar((double)step / steps), 0.999);
        }

        return betas;
    }

    private static float[] Cumprod(float[] betas)
    {
        var product = 1.0;
        return Array.ConvertAll(betas, beta => (float)(product *= 1f - beta));
    }

    /// <summary>Lin et al. 2024, algorithm 1: shift and scale the roots so that the last step is pure noise.</summary>
    private static float[] RescaleToZeroTerminalSnr(float[] betas)
    {
        var roots = Array.ConvertAll(Cumprod(betas), MathF.Sqrt);
        var (first, last) = (roots[0], roots[^1]);
        var scale = first / (first - last);
        var alphaBars = Squares(Array.ConvertAll(roots, root => (root - last) * scale));
        var rescaled = new float[betas.Length];
        for (var step = 0; step < betas.Length; step++)
        {
            rescaled[step] = 1 - (step == 0 ? alphaBars[0] : alphaBars[step] / alphaBars[step - 1]);
        }

        return rescaled;
    }

    private static float[] Squares(float[] roots) => Array.ConvertAll(roots, root => root * root);
}
