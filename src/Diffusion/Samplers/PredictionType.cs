namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>What a network was trained to answer.</summary>
internal enum PredictionType
{
    /// <summary>The noise in the latent (Ho et al. 2020).</summary>
    Epsilon,

    /// <summary>The clean latent itself.</summary>
    Sample,

    /// <summary>The velocity alpha*noise - sigma*clean (Salimans and Ho 2022).</summary>
    Velocity,

    /// <summary>noise - clean, for flow matching (Lipman et al. 2023).</summary>
    Flow,
}

internal static class PredictionTypes
{
    /// <exception cref="SamplerException">A type that the sampler cannot serve.</exception>
    public static PredictionType Read(SamplerConfig config, params ReadOnlySpan<PredictionType> served)
    {
        var name = config.Text("prediction_type", "epsilon");
        PredictionType? type = name switch
        {
            "epsilon" => PredictionType.Epsilon,
            "sample" or "original_sample" => PredictionType.Sample,
            "v_prediction" => PredictionType.Velocity,
            "flow_prediction" => PredictionType.Flow,
            _ => null,
        };
        return type is { } known && served.Contains(known)
            ? known
            : throw new SamplerException($"This sampler cannot serve the prediction_type '{name}'.");
    }
}
