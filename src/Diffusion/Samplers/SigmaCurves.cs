namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>Ways to lay noise levels between the largest and the smallest, instead of following the training steps.</summary>
internal static class SigmaCurves
{
    private const double KarrasRho = 7;

    /// <summary>Both shape parameters of the beta distribution (Lee et al. 2024).</summary>
    private const double BetaShape = 0.6;

    /// <summary>The curve that a configuration asks for, or null for none.</summary>
    /// <exception cref="SamplerException">It asks for several.</exception>
    public static Func<double, double, int, double[]>? Read(SamplerConfig config)
    {
        (string Key, Func<double, double, int, double[]> Curve)[] curves =
            [("use_karras_sigmas", Karras), ("use_exponential_sigmas", Exponential), ("use_beta_sigmas", Beta)];
        var asked = curves.Where(curve => config.Flag(curve.Key, false)).ToArray();
        if (asked.Length > 1) throw new SamplerException($"Only one of {string.Join(", ", asked.Select(curve => curve.Key))} can be used.");
        return asked.Length == 0 ? null : asked[0].Curve;
    }

    /// <summary>Karras et al. 2022, eq. 5.</summary>
    public static double[] Karras(double sigmaMax, double sigmaMin, int count)
    {
        var (largest, smallest) = (Math.Pow(sigmaMax, 1 / KarrasRho), Math.Pow(sigmaMin, 1 / KarrasRho));
        return Array.ConvertAll(NumberGrid.Linspace(0, 1, count), ramp => Math.Pow(largest + ramp * (smallest - largest), KarrasRho));
    }

    /// <summary>Evenly spaced logarithms.</summary>
    public static double[] Exponential(double sigmaMax, double sigmaMin, int count) =>
        Array.ConvertAll(NumberGrid.Linspace(Math.Log(sigmaMax), Math.Log(sigmaMin), count), Math.Exp);

    /// <summary>Quantiles of a beta distribution: denser at both ends.</summary>
    public static double[] Beta(double sigmaMax, double sigmaMin, int count) => Array.ConvertAll(
        NumberGrid.Linspace(0, 1, count),
        ramp => sigmaMin + BetaDistribution.Quantile(1 - ramp, BetaShape, BetaShape) * (sigmaMax - sigmaMin));
}
