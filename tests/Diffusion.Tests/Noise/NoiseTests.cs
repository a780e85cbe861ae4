using FsCheck;
using FsCheck.Fluent;
using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Tests.Noise;

public sealed class NoiseTests
{
    [Fact]
    public void An_imported_state_draws_on_bit_for_bit_whatever_was_drawn_before()
    {
        // Odd numbers below 16 leave torch's second normal waiting; larger ones end anywhere in the engine's block.
        var lengths = Gen.Choose(1, 700).ListOf().ToArbitrary();
        foreach (var kind in NoiseSources.Kinds)
        {
            Prop.ForAll(lengths, drawn =>
            {
                var original = NoiseSources.Create(kind, 42)!;
                foreach (var length in drawn) original.Fill(new float[length]);
                var resumed = NoiseSources.Import(kind, original.ExportState())!;
                var (expected, actual) = (new float[33], new float[33]);
                for (var call = 0; call < 3; call++)
                {
                    original.Fill(expected.AsSpan(call));
                    resumed.Fill(actual.AsSpan(call));
                    if (!expected.SequenceEqual(actual)) return false;
                }

                return true;
            }).QuickCheckThrowOnFailure();
        }
    }

    [Fact]
    public void A_small_odd_draw_keeps_its_second_normal_across_export()
    {
        var original = new TorchCpuNoise(1);
        original.Fill(new float[3]);
        var (expected, actual) = (new float[1], new float[1]);
        var resumed = NoiseSources.Import(TorchCpuNoise.KindName, original.ExportState())!;
        original.Fill(expected);
        resumed.Fill(actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Only_the_low_32_bits_of_the_seed_count_for_torch_and_all_64_for_philox()
    {
        var (low, high) = (new float[20], new float[20]);
        new TorchCpuNoise(5).Fill(low);
        new TorchCpuNoise(5 + (1L << 32)).Fill(high);
        Assert.Equal(low, high);

        new PhiloxNoise(5).Fill(low);
        new PhiloxNoise(5 + (1L << 32)).Fill(high);
        Assert.NotEqual(low, high);
    }

    [Fact]
    public void The_kinds_are_listed_and_unknown_ones_are_null()
    {
        Assert.All(NoiseSources.Kinds, kind => Assert.Equal(kind, NoiseSources.Create(kind, 0)!.Kind));
        Assert.Contains(NoiseSources.Default, NoiseSources.Kinds);
        Assert.Null(NoiseSources.Create("dice", 0));
        Assert.Null(NoiseSources.Import("dice", []));
    }

    [Theory]
    [InlineData(TorchCpuNoise.KindName)]
    [InlineData(PhiloxNoise.KindName)]
    public void A_state_of_the_wrong_size_is_refused(string kind) =>
        Assert.Throws<FormatException>(() => NoiseSources.Import(kind, new byte[7]));

    [Fact]
    public void A_state_with_an_index_out_of_range_is_refused()
    {
        var state = new TorchCpuNoise(1).ExportState();
        state.AsSpan(Mt19937.StateBytes - sizeof(uint), sizeof(uint)).Fill(0xFF);
        Assert.Throws<FormatException>(() => NoiseSources.Import(TorchCpuNoise.KindName, state));
    }
}
