namespace OrleansDiffusion.Diffusion.Samplers;

internal enum DpmAlgorithm
{
    /// <summary>Lu et al. 2022a: solves for the noise.</summary>
    Dpm,

    /// <summary>Lu et al. 2022b: solves for the clean latent, which guidance needs.</summary>
    DpmPlusPlus,

    SdeDpm,

    SdeDpmPlusPlus,
}

/// <summary>
/// One step as a weighted sum: next = Latent * latent + D0 * m0 + D1 * m0' + D2 * m0'' + Noise * noise, where m0' and
/// m0'' are divided differences of the network's answers over the log signal-to-noise ratio.
/// </summary>
/// <remarks>
/// DPM-Solver: https://arxiv.org/abs/2206.00927, eq. 3.7 and algorithm 2. DPM-Solver++: https://arxiv.org/abs/2211.01095,
/// algorithm 2 and appendix D for the stochastic forms.
/// </remarks>
internal readonly record struct DpmSolverCoefficients(double Latent, double D0, double D1, double D2, double Noise)
{
    /// <param name="algorithm">Which equation is solved.</param>
    /// <param name="heun">The Heun form of the second order instead of the midpoint form; third order has one form.</param>
    /// <param name="order">1 to 3: how many answers take part.</param>
    /// <param name="from">Alpha and sigma now.</param>
    /// <param name="to">Alpha and sigma after the step.</param>
    public static DpmSolverCoefficients Compute(
        DpmAlgorithm algorithm, bool heun, int order, (double Alpha, double Sigma) from, (double Alpha, double Sigma) to)
    {
        var h = Lambda(to) - Lambda(from);
        var taylor = heun || order == 3;
        var coefficients = algorithm switch
        {
            DpmAlgorithm.DpmPlusPlus => PlusPlus(from, to, h, taylor),
            DpmAlgorithm.Dpm => Plain(from, to, h, taylor),
            DpmAlgorithm.SdeDpmPlusPlus => StochasticPlusPlus(from, to, h, taylor),
            _ => Stochastic(from, to, h, taylor),
        };

        // Differences need earlier answers; and into a final sigma of 0, h is infinite and their weights are not numbers.
        return coefficients with { D1 = order >= 2 ? coefficients.D1 : 0, D2 = order >= 3 ? coefficients.D2 : 0 };
    }

    /// <summary>Half the log signal-to-noise ratio.</summary>
    public static double Lambda((double Alpha, double Sigma) level) => Math.Log(level.Alpha) - Math.Log(level.Sigma);

    private static DpmSolverCoefficients PlusPlus(
        (double Alpha, double Sigma) from, (double Alpha, double Sigma) to, double h, bool taylor)
    {
        var phi = Math.Exp(-h) - 1;
        var d1 = taylor ? to.Alpha * (phi / h + 1) : -0.5 * to.Alpha * phi;
        return new DpmSolverCoefficients(to.Sigma / from.Sigma, -to.Alpha * phi, d1, -to.Alpha * ((phi + h) / (h * h) - 0.5), 0);
    }

    private static DpmSolverCoefficients Plain(
        (double Alpha, double Sigma) from, (double Alpha, double Sigma) to, double h, bool taylor)
    {
        var phi = Math.Exp(h) - 1;
        var d1 = taylor ? -to.Sigma * (phi / h - 1) : -0.5 * to.Sigma * phi;
        return new DpmSolverCoefficients(to.Alpha / from.Alpha, -to.Sigma * phi, d1, -to.Sigma * ((phi - h) / (h * h) - 0.5), 0);
    }

    private static DpmSolverCoefficients StochasticPlusPlus(
        (double Alpha, double Sigma) from, (double Alpha, double Sigma) to, double h, bool taylor)
    {
        var psi = 1 - Math.Exp(-2 * h);
        var d1 = taylor ? to.Alpha * (psi / (-2 * h) + 1) : 0.5 * to.Alpha * psi;
        var d2 = to.Alpha * ((psi - 2 * h) / (4 * h * h) - 0.5);
        return new DpmSolverCoefficients(to.Sigma / from.Sigma * Math.Exp(-h), to.Alpha * psi, d1, d2, to.Sigma * Math.Sqrt(psi));
    }

    private static DpmSolverCoefficients Stochastic(
        (double Alpha, double Sigma) from, (double Alpha, double Sigma) to, double h, bool taylor)
    {
        var phi = Math.Exp(h) - 1;
        var d1 = taylor ? -2 * to.Sigma * (phi / h - 1) : -to.Sigma * phi;
        return new DpmSolverCoefficients(to.Alpha / from.Alpha, -2 * to.Sigma * phi, d1, 0, to.Sigma * Math.Sqrt(Math.Exp(2 * h) - 1));
    }
}
