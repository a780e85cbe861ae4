namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>All samplers, by name.</summary>
public static class Samplers
{
    private const string Deterministic = "dpmsolver++", Stochastic = "sde-dpmsolver++";

    private const string Karras = "use_karras_sigmas", Algorithm = "algorithm_type", Order = "solver_order";

    public static IReadOnlyList<SamplerInfo> All { get; } =
    [
        new(
            "ddim",
            ["k_ddim"],
            "Deterministic and robust; 20-50 steps.",
            (config, steps, options) => new DdimSampler(config, steps, options))
        {
            Bound = TimestepSpacing.StepsMax,
        },
        new(
            "euler",
            ["k_euler"],
            "The plain method; 20-30 steps.",
            (config, steps, options) => new EulerSampler(config, steps, options)),
        new(
            "euler-a",
            ["Euler a", "k_euler_a", "euler_ancestral"],
            "Fresh noise at every step, so the picture changes with the number of steps; 20-40.",
            (config, steps, _) => new EulerAncestralSampler(config, steps)),
        Dpm("dpmpp-2m", ["DPM++ 2M", "k_dpmpp_2m", "dpmpp_2m"], "Second order: good pictures in 15-25 steps."),
        Dpm("dpmpp-2m-karras", ["DPM++ 2M Karras"], "The same with more of the steps at low noise.", karras: true),
        Dpm("dpmpp-2m-sde", ["DPM++ 2M SDE", "dpmpp_2m_sde"], "Second order with fresh noise at every step; 20-30.", Stochastic),
        Dpm("dpmpp-2m-sde-karras", ["DPM++ 2M SDE Karras"], "The same with more of the steps at low noise.", Stochastic, karras: true),
        new(
            "pndm",
            ["PLMS", "k_plms"],
            "What Stable Diffusion 1 shipped with; 25-50 steps.",
            (config, steps, _) => new PndmSampler(config, steps))
        {
            Bound = TimestepSpacing.StepsMax,
        },
        new(
            "lcm",
            ["k_lcm"],
            "For latent consistency models only; 1-8 steps.",
            (config, steps, options) => new LcmSampler(config, steps, options))
        {
            Bound = LcmSampler.DistilledSteps,
        },
    ];

    /// <summary>By name or alias, without regard to case; null when there is none.</summary>
    public static SamplerInfo? Find(string name) => All.FirstOrDefault(sampler =>
        sampler.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        || sampler.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// What a model's own file asks for, taken exactly as configured there. A class that is not reproduced here gives
    /// way to the nearest that is.
    /// </summary>
    public static SamplerInfo DefaultFor(SamplerConfig config)
    {
        var karras = config.Flag(Karras, false) ? "-karras" : "";
        var stochastic = config.Text(Algorithm, "").StartsWith("sde", StringComparison.Ordinal) ? "-sde" : "";
        return config.ClassName switch
        {
            "DDIMScheduler" => Named("ddim"),
            "EulerDiscreteScheduler" => AsConfigured("euler"),
            "EulerAncestralDiscreteScheduler" => Named("euler-a"),
            "DPMSolverMultistepScheduler" => AsConfigured($"dpmpp-2m{stochastic}{karras}"),
            "PNDMScheduler" => Named("pndm"),
            "LCMScheduler" => Named("lcm"),
            null => Named("ddim"),
            _ => Named($"dpmpp-2m{karras}"),
        };
    }

    private static SamplerInfo Named(string name) => Find(name)!;

    private static SamplerInfo AsConfigured(string name) => Named(name) with { Settings = new Dictionary<string, object>() };

    private static SamplerInfo Dpm(
        string name, string[] aliases, string description, string algorithm = Deterministic, bool karras = false) =>
        new(name, aliases, description, (config, steps, _) => new DpmSolverMultistepSampler(config, steps))
        {
            Settings = new Dictionary<string, object> { [Algorithm] = algorithm, [Karras] = karras, [Order] = 2 },
        };
}
