using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Pipelines;

/// <summary>The model that ships with the product, through the whole pipeline on the CPU.</summary>
public sealed class EmojiModelTests : IDisposable
{
    /// <summary>
    /// The runtime orders its sums by the shape of a run, so a picture of a batch differs from the same picture alone in
    /// its last digits: by one level at most, in few pixels.
    /// </summary>
    private const int BatchLevels = 1;

    private static readonly SampleSpec Apple = new() { Prompt = "a red apple", Width = 64, Height = 64, Steps = 8, Guidance = 4.5, Seed = 7 };

    private readonly PipelineFixture _emoji = new(Path.Combine(RepositoryRoot(), "models", "emoji"));

    private TextToImage Pipeline => _emoji.Pipeline;

    public static TheoryData<string> Samplers() => [.. Diffusion.Samplers.Samplers.All.Select(sampler => sampler.Name)];

    public void Dispose() => _emoji.Dispose();

    [Fact]
    public void Its_facts_are_read_from_its_files() =>
        Assert.Equal(
            (4, 4, 8, 64, 32, "ddim"),
            (Pipeline.Model.VaeFactor, Pipeline.Model.LatentChannels, Pipeline.Model.SizeMultiple, Pipeline.Model.DefaultSize,
                Pipeline.Tokenize("").Ids.Count, Diffusion.Samplers.Samplers.DefaultFor(Pipeline.Model.Scheduler).Name));

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Every_sampler_makes_a_picture_and_makes_it_again(string sampler)
    {
        var spec = Apple with { Sampler = sampler };
        var picture = Pipeline.Generate(spec);
        Assert.Equal((64, 64), (picture.Width, picture.Height));
        Assert.Equal(picture.Rgb, Pipeline.Generate(spec).Rgb);
    }

    [Theory]
    [InlineData("ddim")]
    [InlineData("dpmpp-2m-karras")]
    public void A_red_apple_is_red_in_the_middle(string sampler)
    {
        var picture = Pipeline.Generate(Apple with { Sampler = sampler, Steps = 20 });
        var (red, green, blue) = MeanColour(picture, 24, 40);
        Assert.True(red > green + 60 && red > blue + 60, $"The middle is {red:0}, {green:0}, {blue:0}.");
    }

    [Fact]
    public void Seeds_and_pictures_of_a_job_differ_and_picture_k_is_seed_plus_k()
    {
        var first = Pipeline.Generate(Apple);
        var second = Pipeline.Generate(Apple with { ImageIndex = 1 });
        Assert.NotEqual(first.Rgb, second.Rgb);
        Assert.Equal(second.Rgb, Pipeline.Generate(Apple with { Seed = 8 }).Rgb);
    }

    [Fact]
    public void Other_sizes_work_down_to_the_multiple()
    {
        var picture = Pipeline.Generate(Apple with { Width = 72, Height = 40 });
        Assert.Equal((72, 40), (picture.Width, picture.Height));
    }

    [Fact]
    public void A_picture_resumed_elsewhere_is_the_same_to_the_last_bit()
    {
        var spec = Apple with { Sampler = "euler-a" };
        var sample = Pipeline.Begin(spec);
        Pipeline.Encode(sample);
        for (var step = 0; step < 3; step++) Pipeline.Step([sample]);
        var checkpoint = Pipeline.Checkpoint(sample);

        using var elsewhere = new PipelineFixture(Pipeline.Model.Folder);
        var resumed = elsewhere.Pipeline.Restore(spec, checkpoint);
        elsewhere.Pipeline.Encode(resumed);
        while (!resumed.IsDone) elsewhere.Pipeline.Step([resumed]);
        Assert.Equal(Pipeline.Generate(spec).Rgb, elsewhere.Pipeline.Decode(resumed).Rgb);
    }

    [Fact]
    public void A_picture_in_a_batch_is_the_same_as_alone_within_a_level()
    {
        SampleSpec[] specs =
        [
            Apple, Apple with { Seed = 99, Prompt = "a blue fish" }, Apple with { Seed = 5, Guidance = 1 }, Apple with { Seed = 6, Sampler = "euler-a" },
        ];
        var samples = specs.Select(Pipeline.Begin).ToArray();
        foreach (var sample in samples) Pipeline.Encode(sample);
        while (samples.Any(sample => !sample.IsDone)) Pipeline.Step([.. samples.Where(sample => !sample.IsDone)]);

        for (var index = 0; index < specs.Length; index++)
        {
            var (together, alone) = (Pipeline.Decode(samples[index]), Pipeline.Generate(specs[index]));
            Assert.InRange(together.Rgb.Zip(alone.Rgb, (one, other) => Math.Abs(one - other)).Max(), 0, BatchLevels);
        }
    }

    [Fact]
    public void A_preview_halfway_already_resembles_the_picture()
    {
        var sample = Pipeline.Begin(Apple with { Steps = 12 });
        Pipeline.Encode(sample);
        for (var step = 0; step < 9; step++) Pipeline.Step([sample]);
        var preview = Pipeline.Preview(sample);
        while (!sample.IsDone) Pipeline.Step([sample]);
        var picture = Pipeline.Decode(sample);
        Assert.True(picture.Rgb.Zip(preview.Rgb, (one, other) => Math.Abs(one - other)).Average() < 12);
    }

    [Fact]
    public void A_cancelled_step_leaves_the_sample_where_it_was()
    {
        var sample = Pipeline.Begin(Apple);
        Pipeline.Encode(sample);
        Pipeline.Step([sample]);
        Assert.ThrowsAny<OperationCanceledException>(() => Pipeline.Step([sample], new CancellationToken(canceled: true)));
        Assert.Equal(1, sample.StepsDone);
        while (!sample.IsDone) Pipeline.Step([sample]);
        Assert.Equal(Pipeline.Generate(Apple).Rgb, Pipeline.Decode(sample).Rgb);
    }

    private static (double Red, double Green, double Blue) MeanColour(RgbImage picture, int first, int end)
    {
        var side = Enumerable.Range(first, end - first);
        var pixels = from y in side from x in side select (y * picture.Width + x) * 3;
        var at = pixels.ToArray();
        return (at.Average(pixel => picture.Rgb[pixel]), at.Average(pixel => picture.Rgb[pixel + 1]), at.Average(pixel => picture.Rgb[pixel + 2]));
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OrleansDiffusion.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("No repository above.");
    }
}
