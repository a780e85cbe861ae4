using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Fakes;

/// <summary>
/// Draws pictures of hashes: each step turns the latent into a hash of itself, so that a picture tells whether every step
/// was taken once, in order, from the right beginning.
/// </summary>
public sealed class FakeRuntime(FakeStudio studio, string siloId, string deviceId) : IReplicaRuntime
{
    public Task<IReplicaSample> Begin(GenerationSpec spec, int imageIndex, ReadOnlyMemory<byte> checkpoint, CancellationToken cancellation)
    {
        if (checkpoint.IsEmpty) return Task.FromResult<IReplicaSample>(new FakeSample(spec, imageIndex, 0, LatentOf(spec, imageIndex)));
        if (checkpoint.Length != 16) throw new InferenceException("The checkpoint is not of this picture.");
        var stepsDone = BinaryPrimitives.ReadInt64LittleEndian(checkpoint.Span);
        var latent = BinaryPrimitives.ReadUInt64LittleEndian(checkpoint.Span[8..]);
        return Task.FromResult<IReplicaSample>(new FakeSample(spec, imageIndex, (int)stepsDone, latent));
    }

    public async Task Step(IReadOnlyList<IReplicaSample> samples, int stepCountMax, CancellationToken cancellation)
    {
        await StepOnce(samples);
        for (var done = 1; done < stepCountMax && samples.All(sample => sample.StepsDone < sample.StepCount && sample.IsFinite); done++)
            await StepOnce(samples);
    }

    private async Task StepOnce(IReadOnlyList<IReplicaSample> samples)
    {
        foreach (var sample in samples.Cast<FakeSample>())
        {
            var step = new FakeStep(siloId, deviceId, sample.Spec.Prompt, sample.ImageIndex, sample.StepsDone, samples.Count);
            var isWarmUp = sample.Spec.Prompt == "warm-up";
            if (!isWarmUp) studio.Steps.Enqueue(step);
            await (isWarmUp ? studio.BeforeWarmUp(step) : studio.BeforeStep(step));
        }

        foreach (var sample in samples.Cast<FakeSample>()) sample.Advance(studio.IsBroken(sample.Spec));
    }

    public Task<RgbImage> Preview(IReplicaSample sample, CancellationToken cancellation) => Task.FromResult(Draw((FakeSample)sample, 4, 4));

    public Task<byte[]> Checkpoint(IReplicaSample sample, CancellationToken cancellation)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, sample.StepsDone);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), ((FakeSample)sample).Latent);
        return Task.FromResult(bytes);
    }

    public Task<RgbImage> Decode(IReplicaSample sample, CancellationToken cancellation)
    {
        var own = (FakeSample)sample;
        return Task.FromResult(Draw(own, own.Spec.Width, own.Spec.Height));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ulong LatentOf(GenerationSpec spec, int imageIndex) =>
        Hash($"{spec.Prompt}|{spec.Width}x{spec.Height}|{spec.SeedOf(imageIndex)}");

    private static ulong Hash(string text) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static RgbImage Draw(FakeSample sample, int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)(sample.Latent >> (i % 8 * 8));
        return new RgbImage(width, height, rgb);
    }

    private sealed class FakeSample(GenerationSpec spec, int imageIndex, int stepsDone, ulong latent) : IReplicaSample
    {
        public GenerationSpec Spec => spec;

        public int ImageIndex => imageIndex;

        public ulong Latent { get; private set; } = latent;

        public int StepsDone { get; private set; } = stepsDone;

        public int StepCount => spec.Steps;

        public bool IsFinite { get; private set; } = true;

        public string ShapeKey => $"{spec.Width}x{spec.Height}";

        public IReadOnlyList<string> Warnings => spec.Prompt.StartsWith("long ", StringComparison.Ordinal) ? ["The prompt was cut."] : [];

        public void Advance(bool isBroken)
        {
            Latent = Hash($"{Latent}:{StepsDone}");
            StepsDone++;
            IsFinite = !isBroken;
        }

        public void Dispose()
        {
        }
    }
}
