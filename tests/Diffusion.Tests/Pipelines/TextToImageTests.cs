using OrleansDiffusion.Diffusion.Noise;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Tests.Tokenizers;

namespace OrleansDiffusion.Diffusion.Tests.Pipelines;

public sealed class TextToImageTests
{
    private static readonly SampleSpec Spec = FakeModel.Spec;

    [Fact]
    public void The_first_latent_is_the_seeds_noise_at_the_samplers_level()
    {
        var sample = FakeModel.Create().Pipeline.Begin(Spec with { Sampler = "euler", Seed = 40, ImageIndex = 2 });
        var noise = new float[4 * 4 * 8];
        new TorchCpuNoise(42).Fill(noise);
        Assert.Equal(noise.Select(number => number * sample.Sampler.InitialNoiseSigma), sample.Latent);
    }

    [Fact]
    public void Given_noise_replaces_the_first_draw_and_only_that()
    {
        var model = FakeModel.Create();
        var own = new float[4 * 4 * 8];
        new TorchCpuNoise(Spec.Seed).Fill(own);
        var spec = Spec with { Sampler = "euler-a" };
        var given = model.Pipeline.Begin(spec, own);
        model.Pipeline.Encode(given);
        while (!given.IsDone) model.Pipeline.Step([given]);
        Assert.Equal(model.Pipeline.Generate(spec).Rgb, model.Pipeline.Decode(given).Rgb);
    }

    [Theory]
    [InlineData(TensorType.Float16, 2)]
    [InlineData(TensorType.Float64, 0)]
    public void Graphs_of_other_number_types_give_the_same_picture_within_their_precision(TensorType numbers, int levels)
    {
        var exact = FakeModel.Create().Pipeline.Generate(Spec);
        var other = FakeModel.Create(numbers: numbers).Pipeline.Generate(Spec);
        Assert.InRange(exact.Rgb.Zip(other.Rgb, (one, two) => Math.Abs(one - two)).Max(), 0, levels);
    }

    [Theory]
    [InlineData(TensorType.Int32)]
    [InlineData(TensorType.Int64)]
    public void Tokens_are_given_in_the_graphs_own_type(TensorType ids) =>
        Assert.Equal(FakeModel.Create().Pipeline.Generate(Spec).Rgb, FakeModel.Create(ids: ids).Pipeline.Generate(Spec).Rgb);

    [Theory]
    [InlineData(TensorType.Float32)]
    [InlineData(TensorType.Float64)]
    [InlineData(TensorType.Int32)]
    [InlineData(TensorType.Int64)]
    public void Timesteps_are_given_in_the_graphs_own_type(TensorType type)
    {
        var model = FakeModel.Create(new TensorSpec("timestep", type, []));
        var sample = model.Begin(Spec);
        while (!sample.IsDone) model.Pipeline.Step([sample]);
        Assert.Equal(sample.Sampler.Timesteps.Select(timestep => (float)timestep), model.Runs.Select(run => run.Timesteps[0]));
    }

    [Fact]
    public void The_sampler_is_the_models_own_unless_the_job_names_one()
    {
        var pipeline = FakeModel.Create().Pipeline;
        Assert.Equal("pndm", pipeline.Begin(Spec).SamplerName);
        Assert.Equal(7, pipeline.Begin(Spec).StepCount); // PNDM calls once more than it has steps
        Assert.Equal("euler-a", pipeline.Begin(Spec with { Sampler = "Euler a" }).SamplerName);
    }

    [Fact]
    public void What_was_cut_from_a_prompt_is_told()
    {
        var sample = FakeModel.Create().Begin(Spec with { Prompt = "a b c a b c" });
        Assert.Equal((6, "b c"), (sample.PromptTokens!.TextTokenCount, sample.PromptTokens.CutText));
    }

    [Fact]
    public void All_problems_of_a_spec_are_told_at_once_by_field()
    {
        var bad = Spec with { Width = 6, Height = 0, Guidance = double.NaN, GuidanceRescale = 2, Eta = -1, ImageIndex = -1, Noise = "dice", Sampler = "magic" };
        string[] fields = ["Width", "Height", "Guidance", "GuidanceRescale", "Eta", "ImageIndex", "Noise", "Sampler"];
        Assert.Equal(fields, SampleRules.Check(FakeModel.Config(), bad).Select(problem => problem.Field));
        Assert.Equal(["Steps"], SampleRules.Check(FakeModel.Config(), Spec with { Steps = 51, Sampler = "lcm" }).Select(problem => problem.Field));
        Assert.Equal(["Steps"], SampleRules.Check(FakeModel.Config(), Spec with { Steps = 0 }).Select(problem => problem.Field));
        Assert.Equal(["Steps"], SampleRules.Check(FakeModel.Config(), Spec with { Steps = 1000, Sampler = "ddim" }).Select(problem => problem.Field));
        Assert.Empty(SampleRules.Check(FakeModel.Config(), Spec));
        Assert.Throws<ArgumentException>(() => FakeModel.Create().Pipeline.Begin(bad));
    }

    [Fact]
    public void A_small_preview_is_the_decoded_guess()
    {
        var model = FakeModel.Create();
        var sample = model.Begin(Spec with { Sampler = "ddim", Steps = 1 });
        model.Pipeline.Step([sample]);
        var preview = model.Pipeline.Preview(sample);
        Assert.Equal((16, 8), (preview.Width, preview.Height));
        Assert.Equal(1, model.VaeDecoder.RunCount);
    }

    [Fact]
    public void A_large_preview_is_grey_at_first_and_then_learnt_from_the_decoders_own_pictures()
    {
        var model = FakeModel.Create();
        var spec = Spec with { Width = 256, Height = 256, Sampler = "ddim", Steps = 3 };
        var sample = model.Begin(spec);
        while (!sample.IsDone) model.Pipeline.Step([sample]);
        Assert.All(model.Pipeline.Preview(sample).Rgb, level => Assert.Equal(128, level));

        model.Pipeline.Generate(spec with { Seed = 2 });
        var preview = model.Pipeline.Preview(sample);
        var picture = model.Pipeline.Decode(sample);
        Assert.Equal((128, 128), (preview.Width, preview.Height));
        var difference = 0.0;
        for (var y = 0; y < 128; y++)
        {
            for (var x = 0; x < 128 * 3; x++)
            {
                difference += Math.Abs(preview.Rgb[y * 128 * 3 + x] - picture.Rgb[2 * y * 256 * 3 + x / 3 * 6 + x % 3]);
            }
        }

        Assert.InRange(difference / preview.Rgb.Length, 0, 3);
    }

    [Fact]
    public void A_decoder_that_overflows_is_reported_and_not_shown_as_black()
    {
        Assert.Throws<InferenceException>(() => Pixels.FromPlanes([0, 0, float.NaN], 1, 1));
        Assert.Equal([0, 255, 128], Pixels.FromPlanes([float.NegativeInfinity, 5, 0], 1, 1).Rgb);
    }

    [Fact]
    public void Graphs_of_other_kinds_are_refused_by_their_inputs()
    {
        TensorSpec sample = new("sample", TensorType.Float32, [-1, 4, -1, -1]), timestep = new("timestep", TensorType.Float32, []);
        TensorSpec text = new("encoder_hidden_states", TensorType.Float32, [-1, -1, 3]), pooled = new("text_embeds", TensorType.Float32, [-1, 8]);
        TensorSpec condition = new("timestep_cond", TensorType.Float32, [-1, -1]), output = new("out", TensorType.Float32, [-1, 4, -1, -1]);
        TensorSpec ids = new("input_ids", TensorType.Int64, [-1, -1]);
        var tokenizer = TokenizerFolder.LoadClip("!");

        var error = Assert.Throws<InferenceException>(() => new Denoiser(Graph([sample, timestep, text, pooled], [output])));
        Assert.Contains("text_embeds", error.Message, StringComparison.Ordinal);
        Assert.Throws<InferenceException>(() => new Denoiser(Graph([sample, timestep], [output])));
        Assert.Throws<InferenceException>(() => new Denoiser(Graph([sample, timestep, text], [pooled])));
        Assert.Throws<InferenceException>(() => new PromptEncoder(tokenizer, Graph([sample], [text])));
        Assert.Throws<InferenceException>(() => new PromptEncoder(tokenizer, Graph([ids, sample], [text])));
        Assert.Throws<InferenceException>(() => new PromptEncoder(tokenizer, Graph([ids], [pooled])));
        Assert.Throws<InferenceException>(() => new LatentDecoder(Graph([sample, timestep], [output]), FakeModel.Config()));

        var plain = new Denoiser(Graph([sample, timestep, text], [output]));
        var consistent = new Denoiser(Graph([sample, timestep, text, condition], [output]));
        Assert.Throws<InferenceException>(() => plain.Complete(FakeModel.Config(guidanceLength: 8)));
        Assert.Throws<InferenceException>(() => consistent.Complete(FakeModel.Config()));
        Assert.Equal(8, consistent.Complete(FakeModel.Config(guidanceLength: 8)).GuidanceEmbeddingLength);
    }

    private static FakeSession Graph(TensorSpec[] inputs, TensorSpec[] outputs) => new(inputs, outputs) { Compute = (_, _) => { } };
}
