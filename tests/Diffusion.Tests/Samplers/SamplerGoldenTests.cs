using OrleansDiffusion.Diffusion.Noise;
using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Tests.Samplers;

/// <summary>Every case of every schedule that the library reproduces, with the tolerances that come with the data.</summary>
public sealed class SamplerGoldenTests
{
    public static TheoryData<string> Cases() => [.. GoldenSchedule.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_schedule_equals_the_reference(string key)
    {
        var golden = GoldenSchedule.Get(key);
        if (IsRefused(golden)) return;

        var sampler = golden.CreateSampler();
        AssertClose(golden.Numbers("timesteps"), sampler.Timesteps, golden.HasWholeTimesteps ? 0 : 1e-3, relative: 0);
        AssertClose(golden.Numbers("sigmas"), [.. sampler.Sigmas.Select(sigma => (double)sigma)], 0, golden.HasZeroTerminalSnr ? 1e-3 : 5e-6);
        AssertClose([golden.Number("init_noise_sigma")], [sampler.InitialNoiseSigma], 0, golden.HasZeroTerminalSnr ? 1e-3 : 5e-6);

        var alphas = AlphaSchedule.Read(SamplerConfig.From(golden.Resolved), default, finiteSigmas: sampler.Sigmas.Count > 0).AlphasCumprod;
        foreach (var (timestep, alpha) in golden.Alphas()) Assert.Equal(alpha, alphas[timestep], 2e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_step_equals_the_reference(string key)
    {
        var golden = GoldenSchedule.Get(key);
        if (IsRefused(golden)) return;

        var sampler = golden.CreateSampler();
        var latent = FirstLatent(golden, sampler);
        AssertSample(golden, golden.Numbers("initial_sample"), latent);

        var (noise, input) = (new FixedNoise(), new float[latent.Length]);
        var state = new SamplerState(sampler, latent.Length, golden.FirstStep);
        foreach (var expected in golden.Trajectory)
        {
            sampler.ScaleInput(state.Step, latent, input);
            if (state.StepsDone == 0) AssertSample(golden, golden.Numbers("first_model_input"), input);

            var drawnBefore = noise.Draws;
            sampler.Step(state, FakeNetwork(input, sampler.Timesteps[state.Step]), latent, noise);
            AssertSample(golden, [.. GoldenSchedule.Floats(expected.GetProperty("sample")).Select(number => (double)number)], latent);
            var draws = expected.TryGetProperty("noise_k", out var drawn) && drawn.ValueKind == System.Text.Json.JsonValueKind.Array ? drawn.GetArrayLength() : 0;
            Assert.Equal(draws, noise.Draws - drawnBefore);
        }

        Assert.Equal(sampler.Timesteps.Count, state.Step);
    }

    /// <summary>Where the reference fails or ends in no number, so must we, and early where we can.</summary>
    private static bool IsRefused(GoldenSchedule golden)
    {
        if (golden.IsExpectedToFail) Assert.Throws<SamplerException>(golden.CreateSampler);
        return golden.IsExpectedToFail;
    }

    private static float[] FirstLatent(GoldenSchedule golden, ISampler sampler)
    {
        if (!golden.IsImageToImage) return Array.ConvertAll(golden.InitNoise, number => number * sampler.InitialNoiseSigma);
        var latent = new float[golden.Picture.Length];
        sampler.AddNoise(golden.FirstStep, golden.Picture, golden.InitNoise, latent);
        return latent;
    }

    private static float[] FakeNetwork(float[] input, double timestep)
    {
        var output = new float[input.Length];
        for (var index = 0; index < input.Length; index++) output[index] = (float)(0.9 * input[index] + 0.1 * Math.Sin(timestep / 100 + index));
        return output;
    }

    private static void AssertSample(GoldenSchedule golden, double[] expected, float[] actual)
    {
        if (golden.IsNonFinite && !expected.All(double.IsFinite))
        {
            Assert.Contains(actual, number => !float.IsFinite(number));
            return;
        }

        var largest = expected.Max(Math.Abs);
        var tolerance = golden.HasZeroTerminalSnr ? 2e-3 * Math.Max(1, largest) : 2e-5 + 2e-5 * largest;
        AssertClose(expected, [.. actual.Select(number => (double)number)], tolerance, relative: 0);
    }

    private static void AssertClose(double[] expected, IReadOnlyList<double> actual, double absolute, double relative)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var index = 0; index < expected.Length; index++)
        {
            var difference = Math.Abs(expected[index] - actual[index]);
            Assert.True(difference <= absolute + relative * Math.Abs(expected[index]), $"At {index}: expected {expected[index]}, got {actual[index]}.");
        }
    }

    /// <summary>The numbered noise tensors of the data's definition, from the first one on.</summary>
    private sealed class FixedNoise : INoise
    {
        public string Kind => "fixed";

        public int Draws { get; private set; }

        public void Fill(Span<float> tensor)
        {
            Draws++;
            for (var index = 0; index < tensor.Length; index++) tensor[index] = (float)(Math.Sqrt(2) * Math.Sin(12.9898 * (index + 1) + 78.233 * (Draws + 1)));
        }

        public byte[] ExportState() => [];
    }
}
