namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>Keeps a guess at the clean latent within bounds, where a configuration asks for it (pixel-space models mostly).</summary>
internal sealed class CleanLatent
{
    private readonly bool _threshold, _clip;
    private readonly float _clipRange, _thresholdMax;
    private readonly double _ratio;

    /// <param name="config">The model's.</param>
    /// <param name="clipByDefault">clip_sample of the class that reads it; null where the class has no such key.</param>
    public CleanLatent(SamplerConfig config, bool? clipByDefault)
    {
        _threshold = config.Flag("thresholding", false);
        _clip = clipByDefault is { } absent && config.Flag("clip_sample", absent);
        _clipRange = (float)config.Number("clip_sample_range", 1);
        _thresholdMax = (float)config.Number("sample_max_value", 1);
        _ratio = config.Number("dynamic_thresholding_ratio", 0.995);
    }

    public bool Bounds => _threshold || _clip;

    public void Bound(Span<float> latent)
    {
        if (_threshold) Threshold(latent);
        else if (_clip) Clamp(latent, _clipRange, 1);
    }

    /// <summary>Dynamic thresholding of Saharia et al. 2022, section 2.3.</summary>
    private void Threshold(Span<float> latent)
    {
        var magnitudes = new float[latent.Length];
        for (var index = 0; index < latent.Length; index++) magnitudes[index] = Math.Abs(latent[index]);
        Array.Sort(magnitudes);

        var rank = _ratio * (magnitudes.Length - 1);
        var (low, high) = (magnitudes[(int)rank], magnitudes[Math.Min((int)rank + 1, magnitudes.Length - 1)]);
        var quantile = low + (float)(rank - Math.Floor(rank)) * (high - low);
        var bound = Math.Min(Math.Max(quantile, 1), _thresholdMax);
        Clamp(latent, bound, bound);
    }

    private static void Clamp(Span<float> latent, float bound, float divisor)
    {
        foreach (ref var number in latent) number = Math.Min(Math.Max(number, -bound), bound) / divisor;
    }
}
