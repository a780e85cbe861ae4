namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>Classifier-free guidance: Ho and Salimans 2022, https://arxiv.org/abs/2207.12598, eq. 6.</summary>
internal static class Guidance
{
    /// <summary>negative + scale * (positive - negative), and rescaled where the spec asks for it.</summary>
    /// <param name="spec">Holds the scale.</param>
    /// <param name="negative">The prediction under the negative prompt.</param>
    /// <param name="prediction">In: under the prompt. Out: guided.</param>
    public static void Apply(SampleSpec spec, ReadOnlySpan<float> negative, Span<float> prediction)
    {
        var (scale, rescale) = ((float)spec.Guidance, (float)spec.GuidanceRescale);
        var deviation = rescale > 0 ? Deviation(prediction) : 0;
        for (var index = 0; index < prediction.Length; index++)
        {
            prediction[index] = negative[index] + scale * (prediction[index] - negative[index]);
        }

        if (rescale > 0) Rescale(rescale, deviation, prediction);
    }

    /// <summary>Brings a guided prediction back to the spread of the positive one: Lin et al. 2024, section 3.4.</summary>
    /// <param name="share">0 keeps the guided prediction, 1 takes the rescaled one.</param>
    /// <param name="positiveDeviation">Of the prediction before guidance.</param>
    /// <param name="guided">One picture's prediction, in place.</param>
    public static void Rescale(float share, double positiveDeviation, Span<float> guided)
    {
        var factor = share * (positiveDeviation / Deviation(guided)) + 1 - share;
        foreach (ref var number in guided) number *= (float)factor;
    }

    /// <summary>Standard deviation over all elements, by n - 1.</summary>
    public static double Deviation(ReadOnlySpan<float> tensor)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var number in tensor) sum += number;
        var mean = sum / tensor.Length;
        foreach (var number in tensor) squares += (number - mean) * (number - mean);
        return Math.Sqrt(squares / (tensor.Length - 1));
    }

    /// <summary>
    /// The guidance scale as a consistency model takes it: sines and cosines of w = scale - 1, like a timestep (Luo et al.
    /// 2023, section 4.2). Float32 throughout: the angles reach thousands, and the model was trained on these roundings.
    /// </summary>
    public static void Embed(float w, Span<float> embedding)
    {
        var half = embedding.Length / 2;
        var decay = MathF.Log(10000) / (half - 1);
        embedding.Clear();
        for (var index = 0; index < half; index++)
        {
            var angle = w * 1000 * MathF.Exp(index * -decay);
            (embedding[index], embedding[half + index]) = MathF.SinCos(angle);
        }
    }
}
