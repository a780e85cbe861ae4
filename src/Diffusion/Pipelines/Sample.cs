using OrleansDiffusion.Diffusion.Noise;
using OrleansDiffusion.Diffusion.Samplers;
using OrleansDiffusion.Diffusion.Tokenizers;

namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>One picture on its way from noise: made by <see cref="TextToImage.Begin(SampleSpec)"/>, moved by its other methods.</summary>
public sealed class Sample
{
    internal Sample(SampleSpec spec, SamplerInfo info, ISampler sampler, INoise noise, float[] latent, int latentHeight, int latentWidth)
    {
        (Spec, SamplerName, Sampler, Noise, Latent) = (spec, info.Name, sampler, noise, latent);
        (LatentHeight, LatentWidth) = (latentHeight, latentWidth);
        State = new SamplerState(sampler, latent.Length);
        Prediction = new float[latent.Length];
    }

    public SampleSpec Spec { get; }

    /// <summary>Which sampler it became: the spec's, by its canonical name, or the model's own.</summary>
    public string SamplerName { get; }

    /// <summary>Runs of the denoiser done. For most samplers these are the spec's steps; some take a few more.</summary>
    public int StepsDone => State.StepsDone;

    /// <summary>Runs of the denoiser in all.</summary>
    public int StepCount => Sampler.Timesteps.Count;

    public bool IsDone => StepsDone == StepCount;

    /// <summary>
    /// Whether the latent still holds numbers. One that does not spoils no other sample and cannot recover; callers may
    /// give it up early, <see cref="TextToImage.Decode"/> refuses it.
    /// </summary>
    public bool IsFinite => Array.TrueForAll(Latent, float.IsFinite);

    /// <summary>What the prompt became and whether it was cut; null before <see cref="TextToImage.Encode"/>.</summary>
    public TokenizedPrompt? PromptTokens => Positive?.Tokens;

    /// <summary>The same for the negative prompt; null also where it is not used.</summary>
    public TokenizedPrompt? NegativePromptTokens => Negative?.Tokens;

    /// <summary>float[C*h*w].</summary>
    internal float[] Latent { get; }

    internal int LatentHeight { get; }

    internal int LatentWidth { get; }

    internal ISampler Sampler { get; }

    internal SamplerState State { get; }

    internal INoise Noise { get; set; }

    internal PromptEmbedding? Positive { get; set; }

    internal PromptEmbedding? Negative { get; set; }

    /// <summary>Of the next run.</summary>
    internal double Timestep => Sampler.Timesteps[State.Step];

    internal void RequireReady()
    {
        if (Positive is null) throw new InvalidOperationException("The sample's prompts are not encoded yet.");
        if (IsDone) throw new InvalidOperationException("The sample is done.");
    }

    /// <summary>float[C*h*w]: the denoiser's last answer, after guidance.</summary>
    internal float[] Prediction { get; }
}
