using OrleansDiffusion.Diffusion.Pipelines;

namespace OrleansDiffusion.Diffusion.Tests.Pipelines;

/// <summary>Who runs with whom, and that it changes nothing.</summary>
public sealed class StepTests
{
    private static readonly SampleSpec Spec = FakeModel.Spec;

    [Fact]
    public void Samples_at_different_steps_share_a_run_where_the_graph_takes_a_timestep_per_row()
    {
        var model = FakeModel.Create();
        var (older, newer) = (model.Begin(Spec), model.Begin(Spec with { Seed = 2, Guidance = 1 }));
        model.Pipeline.Step([older]);
        model.Runs.Clear();
        model.Pipeline.Step([older, newer]);

        // Negatives first, then positives: the guided sample's negative, itself, and the unguided one.
        var run = Assert.Single(model.Runs);
        Assert.Equal([(float)older.Sampler.Timesteps[1], (float)older.Sampler.Timesteps[1], (float)newer.Sampler.Timesteps[0]], run.Timesteps);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Samples_share_a_run_only_at_the_same_timestep_where_the_graph_takes_one(int rank)
    {
        var model = FakeModel.Create(new TensorSpec("timestep", TensorType.Int64, rank == 0 ? [] : [1]));
        var samples = Enumerable.Range(0, 3).Select(seed => model.Begin(Spec with { Seed = seed })).ToArray();
        model.Pipeline.Step([samples[0]]);
        model.Runs.Clear();
        model.Pipeline.Step(samples);
        Assert.Equal([2, 4], model.Runs.Select(run => run.Rows));
        Assert.Equal([2, 1, 1], samples.Select(sample => sample.StepsDone));
    }

    [Fact]
    public void Samples_of_different_sizes_run_one_after_the_other_in_the_same_tick()
    {
        var model = FakeModel.Create();
        var samples = new[] { model.Begin(Spec), model.Begin(Spec with { Width = 8, Height = 16 }), model.Begin(Spec with { Seed = 9 }) };
        model.Pipeline.Step(samples);
        Assert.Equal([4, 2], model.Runs.Select(run => run.Rows));
        Assert.All(samples, sample => Assert.Equal(1, sample.StepsDone));
    }

    [Fact]
    public void A_batch_is_split_at_its_limit()
    {
        var model = FakeModel.Create(batchMax: 2);
        model.Pipeline.Step([.. Enumerable.Range(0, 5).Select(seed => model.Begin(Spec with { Seed = seed }))]);
        Assert.Equal([4, 4, 2], model.Runs.Select(run => run.Rows));
    }

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(0.0, 1)]
    [InlineData(1.01, 2)]
    public void Guidance_up_to_one_needs_no_negative(double guidance, int rows)
    {
        var model = FakeModel.Create();
        var sample = model.Begin(Spec with { Guidance = guidance });
        model.Pipeline.Step([sample]);
        Assert.Equal(rows, model.Runs.Single().Rows);
        Assert.Equal(rows == 2, sample.NegativePromptTokens is not null);
    }

    [Fact]
    public void A_consistency_model_takes_the_scale_as_an_input_instead_of_a_negative()
    {
        var model = FakeModel.Create(guidanceLength: 8);
        Assert.NotEqual(Finish(model, Spec with { Guidance = 2, Sampler = "lcm" }), Finish(model, Spec with { Guidance = 3, Sampler = "lcm" }));
        Assert.All(model.Runs, run => Assert.Equal(1, run.Rows));
    }

    [Fact]
    public void A_picture_is_the_same_alone_and_in_any_company()
    {
        SampleSpec[] specs =
        [
            Spec, Spec with { Seed = 2, Sampler = "euler-a" }, Spec with { Guidance = 1, Sampler = "dpmpp-2m" }, Spec with { Prompt = "b b", Steps = 9 },
            Spec with { Width = 8 }, Spec with { Seed = 3, GuidanceRescale = 0.7 }, Spec with { Sampler = "ddim", Eta = 1, Noise = "philox" },
        ];
        var alone = specs.Select(spec => Finish(FakeModel.Create(), spec)).ToArray();

        var model = FakeModel.Create(batchMax: 3);
        var samples = specs.Select(model.Begin).ToArray();
        while (samples.Any(sample => !sample.IsDone)) model.Pipeline.Step([.. samples.Where(sample => !sample.IsDone)]);
        Assert.Equal(alone, samples.Select(sample => sample.Latent));
    }

    [Fact]
    public void Bindings_are_made_once_per_shape_and_released_with_the_pipeline()
    {
        var model = FakeModel.Create();
        foreach (var width in new[] { 8, 16, 8, 16 }) Finish(model, Spec with { Width = width });
        Assert.Equal(2, model.Unet.BindCount);
        model.Pipeline.Dispose();
        Assert.Equal((0, 0), (model.Unet.BoundCount, model.VaeDecoder.BoundCount));
    }

    [Fact]
    public void Shapes_beyond_the_limit_push_out_the_one_unused_for_longest()
    {
        var model = FakeModel.Create();
        for (var side = 4; side <= 4 * 20; side += 4) model.Pipeline.Step([model.Begin(Spec with { Width = side, Height = 4 })]);
        Assert.Equal(16, model.Unet.BoundCount);
        model.Pipeline.Step([model.Begin(Spec with { Width = 80, Height = 4 })]);
        Assert.Equal(20, model.Unet.BindCount);
    }

    [Theory]
    [InlineData("ddim")]
    [InlineData("euler-a")]
    [InlineData("dpmpp-2m-karras")]
    public void A_step_allocates_next_to_nothing(string sampler)
    {
        var model = FakeModel.Create();
        model.Notes = false;
        var samples = new[] { model.Begin(Spec with { Steps = 40, Sampler = sampler, Width = 64, Height = 64 }) };
        model.Pipeline.Step(samples);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 20; step++) model.Pipeline.Step(samples);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 0, 1024);
    }

    [Fact]
    public void Prompts_are_encoded_once_for_all_pictures_that_share_them()
    {
        var model = FakeModel.Create();
        for (var picture = 0; picture < 5; picture++) model.Begin(Spec with { ImageIndex = picture });
        Assert.Equal(2, model.TextEncoder.RunCount);
        model.Begin(Spec with { Prompt = "b" });
        Assert.Equal(3, model.TextEncoder.RunCount);
    }

    [Fact]
    public void Numbers_that_are_none_spoil_their_own_picture_only()
    {
        var model = FakeModel.Create();
        var (good, bad) = (model.Begin(Spec with { Guidance = 1 }), model.Begin(Spec with { Guidance = 1, Seed = 2 }));
        model.Disturb = row => row == 1 ? float.NaN : 0;
        while (!good.IsDone) model.Pipeline.Step([good, bad]);
        model.Disturb = _ => 0;
        Assert.Equal(Finish(model, good.Spec), good.Latent);
        Assert.False(bad.IsFinite);
        Assert.Throws<InferenceException>(() => model.Pipeline.Decode(bad));
    }

    [Fact]
    public void A_cancelled_tick_moves_nobody_and_can_be_repeated()
    {
        var model = FakeModel.Create();
        var sample = model.Begin(Spec);
        Assert.ThrowsAny<OperationCanceledException>(() => model.Pipeline.Step([sample], new CancellationToken(canceled: true)));
        Assert.Equal(0, sample.StepsDone);
        while (!sample.IsDone) model.Pipeline.Step([sample]);
        Assert.Equal(Finish(model, Spec), sample.Latent);
    }

    [Fact]
    public void Samples_that_are_not_encoded_or_done_cannot_step()
    {
        var model = FakeModel.Create();
        Assert.Throws<InvalidOperationException>(() => model.Pipeline.Step([model.Pipeline.Begin(Spec)]));
        var sample = model.Begin(Spec);
        while (!sample.IsDone) model.Pipeline.Step([sample]);
        Assert.Throws<InvalidOperationException>(() => model.Pipeline.Step([sample]));
    }

    private static float[] Finish(FakeModel model, SampleSpec spec)
    {
        var sample = model.Begin(spec);
        while (!sample.IsDone) model.Pipeline.Step([sample]);
        return sample.Latent;
    }
}
