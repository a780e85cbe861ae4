namespace OrleansDiffusion.Grains.Tests;

public sealed class InfotextTests
{
    [Fact]
    public void It_reads_as_other_tools_write_it() => Assert.Equal(
        """
        a red apple
        Negative prompt: worm
        Steps: 25, Sampler: dpmpp_2m, CFG scale: 7.5, Seed: 9, Size: 64x32, Model hash: 0123456789, Model: emoji, Version: OrleansDiffusion
        """.ReplaceLineEndings("\n"),
        Infotext.Of(Specs.Apple with { NegativePrompt = "worm" }, imageIndex: 2));

    [Fact]
    public void Without_a_negative_prompt_there_is_no_line_for_it() =>
        Assert.StartsWith("a red apple\nSteps: 25", Infotext.Of(Specs.Apple, 0), StringComparison.Ordinal);
}
