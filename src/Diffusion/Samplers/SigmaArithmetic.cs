namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>Loops shared by the variance-exploding rules of k-diffusion, where latent = clean + sigma * noise.</summary>
internal static class SigmaArithmetic
{
    /// <summary>Unit variance for the network: c_in of Karras et al. 2022, table 1.</summary>
    public static void ScaleInput(float sigma, ReadOnlySpan<float> latent, Span<float> input)
    {
        var deviation = MathF.Sqrt(sigma * sigma + 1);
        for (var index = 0; index < latent.Length; index++) input[index] = latent[index] / deviation;
    }

    public static void AddNoise(float sigma, ReadOnlySpan<float> picture, ReadOnlySpan<float> noise, Span<float> latent)
    {
        for (var index = 0; index < latent.Length; index++) latent[index] = picture[index] + noise[index] * sigma;
    }

    /// <summary>The clean latent that a prediction implies; noise levels of the schedule and, after churn, of the latent.</summary>
    public static void ToClean(
        PredictionType type,
        float sigma,
        float sigmaOfLatent,
        ReadOnlySpan<float> prediction,
        ReadOnlySpan<float> latent,
        Span<float> clean)
    {
        var (scale, square) = (-sigma / MathF.Sqrt(sigma * sigma + 1), sigma * sigma + 1);
        for (var index = 0; index < latent.Length; index++)
        {
            clean[index] = type switch
            {
                PredictionType.Epsilon => latent[index] - sigmaOfLatent * prediction[index],
                PredictionType.Sample => prediction[index],
                _ => prediction[index] * scale + latent[index] / square,
            };
        }
    }

    /// <summary>One step along the derivative (latent - clean) / sigma.</summary>
    public static void Descend(float sigma, float sigmaStep, ReadOnlySpan<float> clean, Span<float> latent)
    {
        for (var index = 0; index < latent.Length; index++) latent[index] += (latent[index] - clean[index]) / sigma * sigmaStep;
    }

    /// <summary>Standard deviation of the first latent: the largest sigma, or what a leading schedule adds noise to.</summary>
    public static float InitialNoiseSigma(string spacing, IReadOnlyList<float> sigmas)
    {
        var largest = sigmas.Max();
        return spacing is TimestepSpacing.Linspace or TimestepSpacing.Trailing ? largest : MathF.Sqrt(largest * largest + 1);
    }
}
