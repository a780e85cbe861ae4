using FsCheck;
using FsCheck.Fluent;
using OrleansDiffusion.Diffusion.Noise;
using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Tests.Samplers;

public sealed class SamplerStateTests
{
    private const int Length = 48;

    public static TheoryData<string> Names() => [.. Diffusion.Samplers.Samplers.All.Select(sampler => sampler.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_job_resumed_after_any_step_ends_bit_for_bit_as_if_it_had_never_stopped(string name)
    {
        var arbitrary = (from steps in Gen.Choose(4, 20) from stop in Gen.Choose(0, steps) from seed in Gen.Choose(0, 1000) select (steps, stop, seed)).ToArbitrary();
        Prop.ForAll(arbitrary, job =>
        {
            var sampler = Diffusion.Samplers.Samplers.Find(name)!.Create(TestConfigs.StableDiffusion, job.steps);
            var whole = Start(sampler, job.seed);
            Run(sampler, whole, sampler.Timesteps.Count);

            var first = Start(sampler, job.seed);
            Run(sampler, first, job.stop);
            var second = Move(sampler, first);
            Run(sampler, second, sampler.Timesteps.Count);
            return whole.Latent.SequenceEqual(second.Latent) && whole.Latent.All(float.IsFinite);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_is_remembered_comes_back_newest_first_and_only_in_the_slots_asked_for()
    {
        var sampler = Diffusion.Samplers.Samplers.Find("pndm")!.Create(TestConfigs.StableDiffusion, 4);
        var state = new SamplerState(sampler, 1);
        state.History(2)[0] = 9;
        for (var number = 1; number <= 3; number++) state.Remember([number], slots: 2);
        Assert.Equal([3, 2, 9], [state.History(0)[0], state.History(1)[0], state.History(2)[0]]);
    }

    [Fact]
    public void A_state_that_is_cut_short_is_refused()
    {
        var sampler = Diffusion.Samplers.Samplers.Find("dpmpp-2m")!.Create(TestConfigs.StableDiffusion, 4);
        var bytes = Export(new SamplerState(sampler, Length));
        using var reader = new BinaryReader(new MemoryStream(bytes[..^1]));
        Assert.Throws<EndOfStreamException>(() => new SamplerState(sampler, Length).Import(reader));
    }

    private static Job Start(ISampler sampler, int seed)
    {
        var noise = new TorchCpuNoise(seed);
        var latent = new float[Length];
        noise.Fill(latent);
        for (var index = 0; index < Length; index++) latent[index] *= sampler.InitialNoiseSigma;
        return new Job(latent, new SamplerState(sampler, Length), noise);
    }

    private static void Run(ISampler sampler, Job job, int until)
    {
        var (input, answer) = (new float[Length], new float[Length]);
        while (job.State.Step < until)
        {
            sampler.ScaleInput(job.State.Step, job.Latent, input);
            for (var index = 0; index < Length; index++) answer[index] = 0.8f * input[index] + MathF.Sin((float)sampler.Timesteps[job.State.Step] + index);
            sampler.Step(job.State, answer, job.Latent, job.Noise);
        }
    }

    private static Job Move(ISampler sampler, Job job)
    {
        var state = new SamplerState(sampler, Length);
        using var reader = new BinaryReader(new MemoryStream(Export(job.State)));
        state.Import(reader);
        return new Job([.. job.Latent], state, NoiseSources.Import(job.Noise.Kind, job.Noise.ExportState())!);
    }

    private static byte[] Export(SamplerState state)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Export(writer);
        return stream.ToArray();
    }

    private sealed record Job(float[] Latent, SamplerState State, INoise Noise);
}
