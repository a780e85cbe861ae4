using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Tests.Samplers;

internal static class TestConfigs
{
    /// <summary>Stable Diffusion 1.5's schedule.</summary>
    public static SamplerConfig StableDiffusion { get; } = SamplerConfig.Parse("""
        {
          "_class_name": "PNDMScheduler", "_diffusers_version": "0.31.0", "beta_start": 0.00085, "beta_end": 0.012,
          "beta_schedule": "scaled_linear", "num_train_timesteps": 1000, "clip_sample": false, "set_alpha_to_one": false,
          "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null, "an_unknown_key": {"of": ["any", "kind"]}
        }
        """);
}
