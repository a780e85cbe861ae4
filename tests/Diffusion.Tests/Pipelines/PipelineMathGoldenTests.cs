using System.Globalization;
using System.Text.Json;
using OrleansDiffusion.Diffusion.Pipelines;

namespace OrleansDiffusion.Diffusion.Tests.Pipelines;

/// <summary>The arithmetic around the networks that the library reproduces: golden/pipeline_math.json.</summary>
public sealed class PipelineMathGoldenTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(GoldenFolder.Path("pipeline_math.json"))).RootElement;

    public static TheoryData<int> Embeddings() => [.. Enumerable.Range(0, Golden.GetProperty("lcm_guidance_embedding_dim256").GetArrayLength())];

    public static TheoryData<string> Rescalings() =>
        [.. Golden.GetProperty("rescale_noise_cfg").GetProperty("results").EnumerateObject().Select(result => result.Name)];

    [Theory]
    [MemberData(nameof(Embeddings))]
    public void A_guidance_scale_is_embedded_like_the_reference(int index)
    {
        var golden = Golden.GetProperty("lcm_guidance_embedding_dim256")[index];
        var expected = Floats(golden.GetProperty("values"));
        var embedding = new float[expected.Length];
        Guidance.Embed(golden.GetProperty("w").GetSingle(), embedding);

        // Angles reach w * 1000 in float32: their last digit moves a sine by that much.
        AssertClose(expected, embedding, 2e-7 * Math.Max(1, 1000 * golden.GetProperty("w").GetDouble()));
    }

    [Theory]
    [MemberData(nameof(Rescalings))]
    public void Guided_predictions_are_rescaled_like_the_reference(string share)
    {
        var golden = Golden.GetProperty("rescale_noise_cfg");
        var guided = Floats(golden.GetProperty("noise_cfg"));
        var deviation = Guidance.Deviation(Floats(golden.GetProperty("noise_pred_text")));
        Guidance.Rescale(float.Parse(share, CultureInfo.InvariantCulture), deviation, guided);
        AssertClose(Floats(golden.GetProperty("results").GetProperty(share)), guided, 1e-5);
    }

    [Fact]
    public void Numbers_become_levels_with_halves_to_even()
    {
        var golden = Golden.GetProperty("postprocess");
        var levels = golden.GetProperty("uint8").EnumerateArray().Select(level => level.GetByte());
        Assert.Equal(levels, Floats(golden.GetProperty("x")).Select(number => Pixels.ToByte(Pixels.ToUnit(number))));
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetSingle())];

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], actual[index], tolerance);
    }
}
