using FsCheck;
using FsCheck.Fluent;
using OrleansDiffusion.Diffusion.Unicode;

namespace OrleansDiffusion.Diffusion.Tests.Unicode;

public sealed class CanonicalCompositionTests
{
    [Theory]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("\u212b", "\u00c5")] // angstrom sign: a singleton, replaced by the letter
    [InlineData("a\u0315\u0300\u05ae\u0062", "\u00e0\u05ae\u0315b")] // marks reordered by class before composing
    [InlineData("\u1100\u1161\u11a8", "\uac01")] // Hangul: lead, vowel, trail
    [InlineData("\uac00\u11a8", "\uac01")] // Hangul: syllable, trail
    [InlineData("\u0958", "\u0915\u093c")] // excluded from composition
    [InlineData("q\u0307\u0323", "q\u0323\u0307")] // ordered, nothing to compose
    [InlineData("\u0301a", "\u0301a")] // a mark without a starter stays
    [InlineData("a\u05d0\u0301", "a\u05d0\u0301")] // another starter blocks
    [InlineData("\ud834\udd5e", "\ud834\udd57\ud834\udd65")] // outside the basic plane
    [InlineData("plain ascii", "plain ascii")]
    public void Composes_as_UAX_15_says(string text, string expected) => Assert.Equal(expected, CanonicalComposition.Compose(text));

    [Fact]
    public void Composing_twice_changes_nothing() => Prop.ForAll<string?>(text =>
    {
        var once = CanonicalComposition.Compose(text ?? "");
        return CanonicalComposition.Compose(once) == once;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ten_thousand_marks_in_descending_class_are_ordered()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0345", 5_000)) + string.Concat(Enumerable.Repeat("\u0334", 5_000));
        var composed = CanonicalComposition.Compose("q" + marks);
        Assert.Equal("q" + string.Concat(Enumerable.Repeat("\u0334", 5_000)) + string.Concat(Enumerable.Repeat("\u0345", 5_000)), composed);
    }
}
