using OrleansDiffusion.Diffusion.Noise;
using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Tests.Samplers;

public sealed class SamplersTests
{
    private static readonly SamplerConfig Config = TestConfigs.StableDiffusion;

    public static TheoryData<string> Names() => SamplerStateTests.Names();

    [Theory]
    [InlineData("ddim", "ddim")]
    [InlineData("Euler", "euler")]
    [InlineData("Euler a", "euler-a")]
    [InlineData("EULER-A", "euler-a")]
    [InlineData("k_euler_a", "euler-a")]
    [InlineData("dpm++ 2m", "dpmpp-2m")]
    [InlineData("DPM++ 2M Karras", "dpmpp-2m-karras")]
    [InlineData("plms", "pndm")]
    [InlineData("lcm", "lcm")]
    public void A_sampler_is_found_by_any_of_its_names(string asked, string name) => Assert.Equal(name, Diffusion.Samplers.Samplers.Find(asked)?.Name);

    [Fact]
    public void An_unknown_sampler_is_null_and_every_name_is_distinct_and_described()
    {
        Assert.Null(Diffusion.Samplers.Samplers.Find("unipc2"));
        var names = Diffusion.Samplers.Samplers.All.SelectMany(sampler => sampler.Aliases.Append(sampler.Name)).ToArray();
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(Diffusion.Samplers.Samplers.All, sampler => Assert.NotEmpty(sampler.Description));
    }

    [Theory]
    [InlineData("""{"_class_name":"DDIMScheduler"}""", "ddim")]
    [InlineData("""{"_class_name":"PNDMScheduler"}""", "pndm")]
    [InlineData("""{"_class_name":"EulerDiscreteScheduler"}""", "euler")]
    [InlineData("""{"_class_name":"EulerAncestralDiscreteScheduler"}""", "euler-a")]
    [InlineData("""{"_class_name":"LCMScheduler"}""", "lcm")]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler"}""", "dpmpp-2m")]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","use_karras_sigmas":true}""", "dpmpp-2m-karras")]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","algorithm_type":"sde-dpmsolver++","use_karras_sigmas":true}""", "dpmpp-2m-sde-karras")]
    [InlineData("""{"_class_name":"NewestScheduler"}""", "dpmpp-2m")]
    [InlineData("{}", "ddim")]
    public void A_models_file_names_its_default(string json, string name) =>
        Assert.Equal(name, Diffusion.Samplers.Samplers.DefaultFor(SamplerConfig.Parse(json)).Name);

    [Fact]
    public void A_default_keeps_the_models_settings_and_a_name_overrides_them()
    {
        var karras = SamplerConfig.Parse("""{"_class_name":"DPMSolverMultistepScheduler","use_karras_sigmas":true,"solver_order":3}""");
        Assert.Equal(3, Diffusion.Samplers.Samplers.DefaultFor(karras).Create(karras, 10).HistoryCount);
        Assert.Equal(2, Diffusion.Samplers.Samplers.Find("dpmpp-2m-karras")!.Create(karras, 10).HistoryCount);
        Assert.NotEqual(
            Diffusion.Samplers.Samplers.Find("dpmpp-2m")!.Create(karras, 10).Sigmas,
            Diffusion.Samplers.Samplers.Find("dpmpp-2m-karras")!.Create(karras, 10).Sigmas);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_perfect_network_gives_its_picture_back(string name)
    {
        // Noise that is added after a step is seen and removed by the next answer.
        var sampler = Diffusion.Samplers.Samplers.Find(name)!.Create(Config, 20);
        var alphas = AlphaSchedule.Read(Config, default, finiteSigmas: false);
        var picture = Enumerable.Range(0, 64).Select(index => MathF.Sin(index)).ToArray();
        var noise = new TorchCpuNoise(7);
        var (first, latent, input, answer) = (new float[64], new float[64], new float[64], new float[64]);
        noise.Fill(first);
        sampler.AddNoise(0, picture, first, latent);
        var state = new SamplerState(sampler, 64);
        while (state.Step < sampler.Timesteps.Count)
        {
            sampler.ScaleInput(state.Step, latent, input);
            var sigma = sampler.Sigmas.Count > 0 ? sampler.Sigmas[state.Step] : alphas.SigmaAt(sampler.Timesteps[state.Step]);
            var (alpha, beta) = (1 / Math.Sqrt(1 + sigma * sigma), sigma / Math.Sqrt(1 + sigma * sigma));
            for (var index = 0; index < 64; index++) answer[index] = (float)((input[index] - alpha * picture[index]) / beta);
            sampler.Step(state, answer, latent, noise);
            // PNDM's guess mixes answers of several noise levels, so it is right at the end only.
            if (name != "pndm") AssertClose(picture, state.Denoised, 2e-3f);
        }

        AssertClose(picture, latent, 0.1f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_beyond_the_bound_or_below_one_are_refused_and_the_bound_itself_is_told(string name)
    {
        var sampler = Diffusion.Samplers.Samplers.Find(name)!;
        Assert.Equal(name switch { "lcm" => 50, "ddim" or "pndm" => 999, _ => 1000 }, sampler.StepsMax(Config));
        Assert.NotNull(sampler.Create(Config, sampler.StepsMax(Config)));
        Assert.Throws<SamplerException>(() => sampler.Create(Config, 0));
        Assert.Throws<SamplerException>(() => sampler.Create(Config, sampler.StepsMax(Config) + 1));
    }

    [Theory]
    [InlineData("ddim", """{"timestep_spacing":"sideways"}""", "timestep_spacing")]
    [InlineData("ddim", """{"beta_schedule":"sigmoid"}""", "beta_schedule")]
    [InlineData("ddim", """{"prediction_type":"flow_prediction"}""", "prediction_type")]
    [InlineData("ddim", """{"beta_start":"small"}""", "beta_start")]
    [InlineData("ddim", """{"beta_end":7}""", "betas")]
    [InlineData("ddim", """{"num_train_timesteps":1}""", "num_train_timesteps")]
    [InlineData("ddim", """{"clip_sample":"yes"}""", "clip_sample")]
    [InlineData("euler", """{"use_karras_sigmas":true,"use_beta_sigmas":true}""", "Only one")]
    [InlineData("euler", """{"interpolation_type":"cubic"}""", "interpolation_type")]
    [InlineData("euler", """{"final_sigmas_type":"soon"}""", "final_sigmas_type")]
    [InlineData("lcm", """{"original_inference_steps":1001}""", "original_inference_steps")]
    public void A_configuration_that_makes_no_schedule_is_refused_by_name(string name, string json, string mentioned)
    {
        var error = Assert.Throws<SamplerException>(() => Diffusion.Samplers.Samplers.Find(name)!.Create(SamplerConfig.Parse(json), 10));
        Assert.Contains(mentioned, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"algorithm_type":"dpmsolver"}""")] // cannot end at sigma 0
    [InlineData("""{"algorithm_type":"sde-dpmsolver","final_sigmas_type":"sigma_min","solver_order":3}""")]
    [InlineData("""{"algorithm_type":"magic"}""")]
    [InlineData("""{"solver_order":4}""")]
    public void Solvers_that_do_not_exist_are_refused(string json)
    {
        var config = SamplerConfig.Parse(json).With(new Dictionary<string, object> { ["_class_name"] = "DPMSolverMultistepScheduler" });
        Assert.Throws<SamplerException>(() => Diffusion.Samplers.Samplers.DefaultFor(config).Create(config, 10));
    }

    [Fact]
    public void Python_writes_infinity_where_JSON_has_none()
    {
        var config = SamplerConfig.Parse("""{"lambda_min_clipped": -Infinity, "text": "-Infinity \" NaN", "sigma_max": Infinity, "list": [NaN]}""");
        Assert.Equal(double.NegativeInfinity, config.Number("lambda_min_clipped", 0));
        Assert.Equal(double.PositiveInfinity, config.Number("sigma_max", 0));
        Assert.Equal("-Infinity \" NaN", config.Text("text", ""));
        Assert.Equal([double.NaN], config.Numbers("list")!);
        Assert.Throws<SamplerException>(() => SamplerConfig.Parse("{"));
        Assert.Throws<SamplerException>(() => SamplerConfig.Parse("[]"));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.999)]
    public void The_beta_quantile_is_the_arcsine_law_for_a_half(double share) =>
        Assert.Equal(Math.Pow(Math.Sin(Math.PI * share / 2), 2), BetaDistribution.Quantile(share, 0.5, 0.5), 1e-13);

    [Fact]
    public void Thresholding_bounds_by_the_quantile_and_scales_to_one()
    {
        var clean = new CleanLatent(SamplerConfig.Parse("""{"thresholding":true,"dynamic_thresholding_ratio":0.5,"sample_max_value":3}"""), clipByDefault: true);
        float[] latent = [-4, 1, 2, 0];
        clean.Bound(latent);
        Assert.Equal([-1f, 1 / 1.5f, 1, 0], latent);
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual, float tolerance)
    {
        for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], actual[index], tolerance);
    }
}
