using OrleansDiffusion.Diffusion.Noise;
using OrleansDiffusion.Diffusion.Pipelines;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Pipelines;

/// <summary>
/// Whole text-to-image runs against the reference's tensors, with the tolerances that come with the data: embeddings
/// 1e-5 of the largest, latents 5e-5 of the largest + 1e-4, floating picture 1e-3, file 1 level.
/// </summary>
public sealed class PipelineGoldenTests
{
    private const double PictureTolerance = 1e-3;
    private const int FileLevels = 1;

    public static TheoryData<string, string> Runs()
    {
        var runs = new TheoryData<string, string>();
        foreach (var (model, name) in GoldenPicture.All()) runs.Add(model, name);
        return runs;
    }

    [Fact]
    public void There_are_runs() => Assert.NotEmpty(Runs());

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_equals_the_reference_at_every_step(string model, string name)
    {
        var golden = GoldenPicture.Read(model, name);
        using var fixture = new PipelineFixture(golden.ModelPath, _ => golden.Scheduler);
        var samples = Begin(fixture.Pipeline, golden);
        foreach (var sample in samples) fixture.Pipeline.Encode(sample);
        AssertPrompts(golden, samples);

        for (var step = 0; step < golden.Timesteps.Length; step++)
        {
            Assert.All(samples, sample => Assert.Equal(golden.Timesteps[step], sample.Timestep, 1e-3));
            fixture.Pipeline.Step(samples);
            for (var picture = 0; picture < samples.Length; picture++) AssertLatent(golden, $"latents_after_step_{step}", picture, samples[picture]);
        }

        Assert.All(samples, sample => Assert.True(sample.IsDone));
        for (var picture = 0; picture < samples.Length; picture++) AssertPicture(fixture, golden, picture, samples[picture]);
    }

    private static Sample[] Begin(TextToImage pipeline, GoldenPicture golden)
    {
        if (golden.PictureCount == 1) return [AssertInitial(golden, 0, pipeline.Begin(golden.Spec))];

        // The reference draws one tensor for the whole batch; here every picture has its own generator, so it is given its share.
        var noise = new float[golden.Tensor("randn_0").Length];
        new TorchCpuNoise(golden.Spec.Seed).Fill(noise);
        var length = noise.Length / golden.PictureCount;
        return [.. Enumerable.Range(0, golden.PictureCount).Select(picture =>
            AssertInitial(golden, picture, pipeline.Begin(golden.Spec, noise.AsSpan(picture * length, length))))];
    }

    private static Sample AssertInitial(GoldenPicture golden, int picture, Sample sample)
    {
        AssertLatent(golden, "initial_latents", picture, sample);
        return sample;
    }

    private static void AssertPrompts(GoldenPicture golden, Sample[] samples)
    {
        for (var picture = 0; picture < samples.Length; picture++)
        {
            var sample = samples[picture];
            if (golden.PromptIds is { } ids) Assert.Equal(ids, sample.PromptTokens!.Ids);
            AssertClose(golden.Tensor("prompt_embeds", picture), sample.Positive!.States, 1e-5, 0);

            Assert.Equal(golden.Has("negative_prompt_embeds"), sample.Negative is not null);
            if (sample.Negative is null) continue;
            if (golden.NegativePromptIds is { } negativeIds) Assert.Equal(negativeIds, sample.NegativePromptTokens!.Ids);
            AssertClose(golden.Tensor("negative_prompt_embeds", picture), sample.Negative.States, 1e-5, 0);
        }
    }

    private static void AssertLatent(GoldenPicture golden, string name, int picture, Sample sample) =>
        AssertClose(golden.Tensor(name, picture), sample.Latent, 5e-5, 1e-4);

    private static void AssertPicture(PipelineFixture fixture, GoldenPicture golden, int picture, Sample sample)
    {
        var planes = fixture.Decoder.DecodePlanes(sample.Latent, sample.LatentHeight, sample.LatentWidth, CancellationToken.None).ToArray();
        var plane = planes.Length / 3;
        var interleaved = Enumerable.Range(0, planes.Length).Select(index => Pixels.ToUnit(planes[index % 3 * plane + index / 3])).ToArray();
        AssertClose(golden.Picture(picture), interleaved, 0, PictureTolerance);

        var (file, made) = (golden.Png(picture), fixture.Pipeline.Decode(sample));
        Assert.Equal((file.Width, file.Height), (made.Width, made.Height));
        Assert.InRange(file.Rgb.Zip(made.Rgb, (expected, actual) => Math.Abs(expected - actual)).Max(), 0, FileLevels);
    }

    private static void AssertClose(float[] expected, float[] actual, double relative, double absolute)
    {
        Assert.Equal(expected.Length, actual.Length);
        var tolerance = relative * expected.Max(Math.Abs) + absolute;
        var worst = expected.Zip(actual, (wanted, got) => Math.Abs(wanted - got)).Max();
        Assert.True(worst <= tolerance, $"Off by {worst:g3}, allowed {tolerance:g3}.");
    }
}
