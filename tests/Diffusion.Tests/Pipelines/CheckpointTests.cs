using FsCheck;
using FsCheck.Fluent;
using OrleansDiffusion.Diffusion.Pipelines;

namespace OrleansDiffusion.Diffusion.Tests.Pipelines;

public sealed class CheckpointTests
{
    private static readonly SampleSpec Spec = FakeModel.Spec with { Sampler = "euler-a" };

    public static TheoryData<string> Samplers() => [.. Diffusion.Samplers.Samplers.All.Select(sampler => sampler.Name)];

    [Theory]
    [MemberData(nameof(Samplers))]
    public void A_job_moved_after_any_step_gives_the_same_latent_to_the_last_bit(string sampler)
    {
        var arbitrary = (
            from steps in Gen.Choose(1, 12)
            from stop in Gen.Choose(0, 12)
            from seed in Gen.Choose(0, int.MaxValue)
            from eta in Gen.Elements(0.0, 0.5)
            from noise in Gen.Elements("torch-cpu", "philox")
            select (Spec with { Sampler = sampler, Steps = steps, Seed = seed, Eta = eta, Noise = noise }, stop)).ToArbitrary();
        Prop.ForAll(arbitrary, job =>
        {
            var (spec, stop) = job;
            var (here, there) = (FakeModel.Create(), FakeModel.Create());
            var whole = Run(here, here.Begin(spec), int.MaxValue);
            var resumed = there.Pipeline.Restore(spec, here.Pipeline.Checkpoint(Run(here, here.Begin(spec), stop)));
            there.Pipeline.Encode(resumed);
            return whole.Latent.SequenceEqual(Run(there, resumed, int.MaxValue).Latent);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Any_changed_byte_is_noticed()
    {
        var model = FakeModel.Create();
        var checkpoint = model.Pipeline.Checkpoint(Run(model, model.Begin(Spec), 2));
        for (var at = 0; at < checkpoint.Length; at += 97)
        {
            var damaged = (byte[])checkpoint.Clone();
            damaged[at] ^= 4;
            Assert.Throws<CheckpointException>(() => model.Pipeline.Restore(Spec, damaged));
        }

        Assert.Throws<CheckpointException>(() => model.Pipeline.Restore(Spec, checkpoint.AsSpan(0, checkpoint.Length - 1)));
        Assert.Throws<CheckpointException>(() => model.Pipeline.Restore(Spec, []));
    }

    [Fact]
    public void A_checkpoint_of_another_job_is_refused()
    {
        var model = FakeModel.Create();
        var checkpoint = model.Pipeline.Checkpoint(Run(model, model.Begin(Spec), 2));
        SampleSpec[] others = [Spec with { Seed = 2 }, Spec with { Prompt = "b" }, Spec with { Steps = 7 }, Spec with { Width = 8 }, Spec with { Sampler = "ddim" }];
        Assert.All(others, other => Assert.Throws<CheckpointException>(() => model.Pipeline.Restore(other, checkpoint)));
    }

    [Fact]
    public void A_checkpoint_of_Stable_Diffusion_size_is_a_few_latents_large()
    {
        var model = FakeModel.Create();
        var sample = model.Begin(Spec with { Width = 128, Height = 128, Sampler = "dpmpp-2m" }); // a latent of 64 x 64 x 4
        Assert.InRange(model.Pipeline.Checkpoint(sample).Length, 64 * 1024, 256 * 1024);
    }

    private static Sample Run(FakeModel model, Sample sample, int stop)
    {
        while (!sample.IsDone && sample.StepsDone < stop) model.Pipeline.Step([sample]);
        return sample;
    }
}
