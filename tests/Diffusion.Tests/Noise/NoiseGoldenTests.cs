using System.Globalization;
using System.Text.Json;
using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Tests.Noise;

public sealed class NoiseGoldenTests
{
    /// <summary>The reference's vectorised logarithm and sine differ from ours in the last bit.</summary>
    private const float Tolerance = 1e-6f;

    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(GoldenFolder.Path("torch_randn.json"))).RootElement;

    public static TheoryData<int> Draws() => Indices("cpu_randn");

    public static TheoryData<int> RawStreams() => Indices("raw");

    public static TheoryData<int> PhiloxStreams() => Indices("philox_cuda_like");

    [Theory]
    [MemberData(nameof(Draws))]
    public void A_tensor_and_the_draw_after_it_equal_torch(int index)
    {
        var golden = Golden.GetProperty("cpu_randn")[index];
        var length = golden.GetProperty("shape").EnumerateArray().Aggregate(1, (product, axis) => product * axis.GetInt32());
        var noise = new TorchCpuNoise(Seed(golden));
        var tensor = Fill(noise, length);

        var first = Floats(golden.GetProperty("first"));
        var last = Floats(golden.GetProperty("last"));
        AssertClose(first, tensor[..first.Length]);
        AssertClose(last, tensor[^last.Length..]);
        Assert.Equal(golden.GetProperty("sum").GetDouble(), tensor.Sum(number => (double)number), Tolerance * length);
        Assert.Equal(golden.GetProperty("sumsq").GetDouble(), tensor.Sum(number => (double)number * number), 1e-5 * length);
        AssertClose(Floats(golden.GetProperty("next_randn4")), Fill(noise, 4));
    }

    [Theory]
    [MemberData(nameof(RawStreams))]
    public void The_engine_gives_the_raw_words_of_torch(int index)
    {
        var golden = Golden.GetProperty("raw")[index];
        var engine = new Mt19937((uint)(Seed(golden) & 0xFFFFFFFF));
        foreach (var uniform in Floats(golden.GetProperty("rand8"))) Assert.Equal(uniform, (engine.NextUInt32() & 0xFFFFFF) / (float)(1 << 24), Tolerance);

        engine = new Mt19937((uint)(Seed(golden) & 0xFFFFFFFF));
        foreach (var word in golden.GetProperty("randint_2p32").EnumerateArray()) Assert.Equal(word.GetUInt32(), (uint)engine.NextUInt64());
    }

    [Fact]
    public void One_generator_for_a_batch_is_not_one_generator_per_image()
    {
        var batch = Golden.GetProperty("batch");
        const int image = 4 * 8 * 8;
        AssertClose(Floats(batch.GetProperty("one_generator_seed42_img1_first8")), Fill(new TorchCpuNoise(42), 2 * image)[image..(image + 8)]);
        AssertClose(Floats(batch.GetProperty("list_generators_42_43_img1_first8")), Fill(new TorchCpuNoise(43), image)[..8]);
    }

    [Theory]
    [MemberData(nameof(PhiloxStreams))]
    public void Philox_gives_the_stream_that_front_ends_call_cuda_like(int index)
    {
        var golden = Golden.GetProperty("philox_cuda_like")[index];
        var noise = new PhiloxNoise(Seed(golden));
        AssertClose(Floats(golden.GetProperty("offset0_n12")), Fill(noise, 12));
        AssertClose(Floats(golden.GetProperty("offset1_n12")), Fill(noise, 12));

        var large = Fill(new PhiloxNoise(Seed(golden)), 16384);
        AssertClose(Floats(golden.GetProperty("offset0_n16384_first8")), large[..8]);
        AssertClose(Floats(golden.GetProperty("offset0_n16384_last8")), large[^8..]);
    }

    private static TheoryData<int> Indices(string section) => [.. Enumerable.Range(0, Golden.GetProperty(section).GetArrayLength())];

    private static float[] Fill(INoise noise, int length)
    {
        var tensor = new float[length];
        noise.Fill(tensor);
        return tensor;
    }

    private static long Seed(JsonElement golden)
    {
        var seed = golden.GetProperty("seed");
        return seed.ValueKind == JsonValueKind.String ? long.Parse(seed.GetString()!, CultureInfo.InvariantCulture) : seed.GetInt64();
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetSingle())];

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], actual[index], Tolerance * Math.Max(1, Math.Abs(expected[index])));
    }
}
