namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>Loops shared by the variance-preserving rules, where latent = sqrt(alpha) * clean + sqrt(1 - alpha) * noise.</summary>
internal static class VarianceArithmetic
{
    /// <summary>The clean latent that a prediction implies.</summary>
    public static void ToClean(
        PredictionType type, float alpha, ReadOnlySpan<float> prediction, ReadOnlySpan<float> latent, Span<float> clean)
    {
        var (root, rootBeta) = (MathF.Sqrt(alpha), MathF.Sqrt(1 - alpha));
        for (var index = 0; index < latent.Length; index++)
        {
            clean[index] = type switch
            {
                PredictionType.Epsilon => (latent[index] - rootBeta * prediction[index]) / root,
                PredictionType.Sample => prediction[index],
                _ => root * latent[index] - rootBeta * prediction[index],
            };
        }
    }

    public static void AddNoise(float alpha, ReadOnlySpan<float> picture, ReadOnlySpan<float> noise, Span<float> latent)
    {
        var (root, rootBeta) = (MathF.Sqrt(alpha), MathF.Sqrt(1 - alpha));
        for (var index = 0; index < latent.Length; index++) latent[index] = root * picture[index] + rootBeta * noise[index];
    }

    /// <summary>sum += factor * tensor.</summary>
    public static void Add(float factor, ReadOnlySpan<float> tensor, Span<float> sum)
    {
        for (var index = 0; index < sum.Length; index++) sum[index] += factor * tensor[index];
    }
}
