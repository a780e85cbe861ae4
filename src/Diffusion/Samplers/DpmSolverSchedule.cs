namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>Timesteps and noise levels of the DPM-Solver family. Its curves span the whole training schedule.</summary>
internal static class DpmSolverSchedule
{
    /// <returns>Whole timesteps, and one sigma more than those.</returns>
    /// <exception cref="SamplerException">The configuration or the number of steps makes no schedule.</exception>
    public static (double[] Timesteps, float[] Sigmas) Lay(SamplerConfig config, AlphaSchedule alphas, int steps)
    {
        TimestepSpacing.CheckSteps(steps, alphas.TrainSteps);
        var (timesteps, sigmas) = Levels(config, alphas, steps);
        var final = config.Text("final_sigmas_type", "zero") switch
        {
            "zero" => 0f,
            "sigma_min" => (float)alphas.Sigmas[0],
            var other => throw new SamplerException($"final_sigmas_type is '{other}', but must be zero or sigma_min."),
        };
        return (Array.ConvertAll(timesteps, Math.Truncate), [.. sigmas.Select(sigma => (float)sigma), final]);
    }

    private static (double[] Timesteps, double[] Sigmas) Levels(SamplerConfig config, AlphaSchedule alphas, int steps)
    {
        // Karras and Lu round to the nearest training step, the other curves are cut off, as in the reference.
        var fractions = config.Text("beta_schedule", "linear") == "squaredcos_cap_v2";
        double Nearest(double sigma) => fractions ? alphas.TimestepOf(sigma) : Math.Round(alphas.TimestepOf(sigma));

        var curve = SigmaCurves.Read(config);
        if (curve is not null)
        {
            var sigmas = curve(alphas.Sigmas[^1], alphas.Sigmas[0], steps);
            return (Array.ConvertAll(sigmas, sigma => curve == SigmaCurves.Karras ? Nearest(sigma) : alphas.TimestepOf(sigma)), sigmas);
        }

        if (config.Flag("use_lu_lambdas", false))
        {
            var sigmas = SigmaCurves.Exponential(alphas.Sigmas[^1], alphas.Sigmas[0], steps);
            return (Array.ConvertAll(sigmas, Nearest), sigmas);
        }

        if (config.Flag("use_flow_sigmas", false))
        {
            var sigmas = FlowSigmas(config.Number("flow_shift", 1), alphas.TrainSteps, steps);
            return (Array.ConvertAll(sigmas, sigma => sigma * alphas.TrainSteps), sigmas);
        }

        var timesteps = Spread(config, alphas, steps);
        return (timesteps, Array.ConvertAll(timesteps, alphas.SigmaAt));
    }

    /// <summary>Esser et al. 2024, section 5.3.2: noise levels shifted towards noise for large pictures.</summary>
    private static double[] FlowSigmas(double shift, int trainSteps, int steps)
    {
        var sigmas = Array.ConvertAll(NumberGrid.Linspace(1, 1.0 / trainSteps, steps + 1), alpha => 1 - alpha);
        return [.. sigmas.Reverse().Take(steps).Select(sigma => shift * sigma / (1 + (shift - 1) * sigma))];
    }

    private static double[] Spread(SamplerConfig config, AlphaSchedule alphas, int steps)
    {
        var spacing = config.Text("timestep_spacing", TimestepSpacing.Linspace);
        var end = alphas.TrainSteps - ClippedSteps(alphas, config.Number("lambda_min_clipped", double.NegativeInfinity));
        var offset = config.Whole("steps_offset", 0);
        if (spacing == TimestepSpacing.Trailing)
        {
            var countdown = NumberGrid.Countdown(end, (double)alphas.TrainSteps / steps);
            return Array.ConvertAll(countdown, timestep => Math.Round(timestep) - 1);
        }

        // One point more than steps, and the cleanest one dropped.
        return TimestepSpacing.Spread(spacing, steps + 1, end, offset, round: true)[..^1];
    }

    /// <summary>
    /// How many of the noisiest training steps have a log signal-to-noise ratio below the bound: cosine schedules need it
    /// cut.
    /// </summary>
    private static int ClippedSteps(AlphaSchedule alphas, double lambdaMin) => alphas.AlphasCumprod.Count(alpha =>
        MathF.Log(MathF.Sqrt(alpha)) - MathF.Log(MathF.Sqrt(1 - alpha)) < lambdaMin);
}
