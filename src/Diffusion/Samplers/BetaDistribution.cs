namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>The quantile of a beta distribution, which .NET does not have.</summary>
internal static class BetaDistribution
{
    private const int BisectionsMax = 200, FractionTermsMax = 500;

    /// <summary>Lanczos' coefficients for g = 7 (Godfrey 2001): 15 digits.</summary>
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>The x in 0..1 below which a share p of the distribution lies, to the precision of a double.</summary>
    public static double Quantile(double p, double a, double b)
    {
        var (low, high) = (0.0, 1.0);
        if (p <= 0 || p >= 1) return Math.Clamp(p, 0, 1);
        for (var round = 0; round < BisectionsMax; round++)
        {
            var middle = (low + high) / 2;
            if (middle <= low || middle >= high) break;
            if (Cumulative(middle, a, b) < p) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>The regularised incomplete beta function, by its continued fraction where that converges fast (DLMF 8.17.22).</summary>
    private static double Cumulative(double x, double a, double b) =>
        x > (a + 1) / (a + b + 2) ? 1 - Front(1 - x, b, a) * Fraction(1 - x, b, a) / b : Front(x, a, b) * Fraction(x, a, b) / a;

    private static double Front(double x, double a, double b) =>
        Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * double.LogP1(-x));

    /// <summary>Lentz's method.</summary>
    private static double Fraction(double x, double a, double b)
    {
        static double NotZero(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;
        var (c, d) = (1.0, 1 / NotZero(1 - (a + b) * x / (a + 1)));
        var fraction = d;
        for (var m = 1; m < FractionTermsMax; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            (c, d) = (NotZero(1 + even / c), 1 / NotZero(1 + even * d));
            fraction *= c * d;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            (c, d) = (NotZero(1 + odd / c), 1 / NotZero(1 + odd * d));
            fraction *= c * d;
            if (Math.Abs(c * d - 1) < 1e-16) break;
        }

        return fraction;
    }

    private static double LogGamma(double x)
    {
        var sum = Lanczos[0];
        for (var index = 1; index < Lanczos.Length; index++) sum += Lanczos[index] / (x - 1 + index);
        var t = x + 6.5;
        return Math.Log(2 * Math.PI) / 2 + (x - 0.5) * Math.Log(t) - t + Math.Log(sum);
    }
}
