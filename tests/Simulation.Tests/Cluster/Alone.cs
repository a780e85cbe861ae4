using System.Security.Cryptography;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>One device that nothing disturbs, and no cluster: the slow, obvious way to a job's pictures.</summary>
internal static class Alone
{
    /// <summary>The ids of the job's files, in order.</summary>
    public static IReadOnlyList<string> Draw(GenerationSpec spec) =>
        [.. Enumerable.Range(0, spec.Count).Select(index => Convert.ToHexStringLower(SHA256.HashData(File(spec, index))))];

    private static byte[] File(GenerationSpec spec, int imageIndex)
    {
        var runtime = new FakeRuntime(new FakeStudio(), "nowhere", "alone");
        var sample = Now(runtime.Begin(spec, imageIndex, default, default));
        while (sample.StepsDone < sample.StepCount) runtime.Step([sample], 1, default).GetAwaiter().GetResult();
        var image = Now(runtime.Decode(sample, default));
        return new FakeCodec().Encode(image, ImageFormat.Png, spec.QualityPercent, Infotext.Of(spec, imageIndex));
    }

    /// <summary>Nothing of it waits.</summary>
    private static T Now<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
