using FsCheck;
using FsCheck.Fluent;
using OrleansDiffusion.Diffusion.Tokenizers;

namespace OrleansDiffusion.Diffusion.Tests.Tokenizers;

public sealed class ClipTokenizerTests
{
    private const string Vocabulary = """
        {"a":0,"b":1,"c":2,"a</w>":3,"b</w>":4,"c</w>":5,"ab":6,"ab</w>":7,"abc</w>":8,"!":9,"<start>":10,"<end>":11,"é":12}
        """;

    private const string Merges = "#version: 0.2\na b\na b</w>\nab c</w>\n";

    private static readonly object Specials = new { bos_token = "<start>", eos_token = new { content = "<end>" }, pad_token = "!" };
    private static readonly ClipTokenizer Small = TokenizerFolder.Load(Vocabulary, Merges, new { model_max_length = 6 }, Specials);
    private static readonly ClipTokenizer Clip = TokenizerFolder.LoadClip(padToken: "<|endoftext|>");

    [Fact]
    public void A_prompt_is_framed_and_padded_with_the_configured_tokens() => Assert.Equal([10, 8, 11, 9, 9, 9], Small.Encode("ABC").Ids);

    [Fact]
    public void A_prompt_that_does_not_fit_is_cut_and_says_what_was_lost()
    {
        var encoded = Small.Encode("a b c ab abc");
        Assert.Equal([10, 3, 4, 5, 7, 11], encoded.Ids);
        Assert.Equal((5, 4, true, "abc"), (encoded.TextTokenCount, encoded.TextTokensMax, encoded.IsTruncated, encoded.CutText));
    }

    [Fact]
    public void A_prompt_that_just_fits_is_not_cut()
    {
        var encoded = Small.Encode("a b c ab");
        Assert.Equal((4, false, null), (encoded.TextTokenCount, encoded.IsTruncated, encoded.CutText));
    }

    [Fact]
    public void Special_tokens_in_the_text_are_taken_as_such_and_only_in_their_own_case()
    {
        Assert.Equal([3, 11, 4], Small.EncodeText("a<end>b"));
        Assert.Equal([3, 10, 11], Small.EncodeText("a <start><end>"));
        Assert.DoesNotContain(11, Clip.EncodeText("<END>"));
        Assert.Equal([2368, 49407, 1929], Clip.EncodeText("cat <|endoftext|> dog"));
        Assert.DoesNotContain(49407, Clip.EncodeText("<|ENDOFTEXT|>"));
    }

    [Fact]
    public void Bytes_that_the_vocabulary_lacks_become_the_unknown_token() => Assert.Equal([11], Small.EncodeText("z"));

    [Fact]
    public void The_encoders_own_limit_bounds_the_tokenizers()
    {
        Assert.Equal(4, TokenizerFolder.Load(Vocabulary, Merges, new { model_max_length = 6 }, Specials, positionsMax: 4).TokensMax);
        Assert.Equal(5, TokenizerFolder.Load(Vocabulary, Merges, new { model_max_length = 1e30 }, Specials, positionsMax: 5).TokensMax);
        Assert.Equal(77, TokenizerFolder.Load(Vocabulary, Merges, null, Specials).TokensMax);
    }

    [Fact]
    public void The_special_tokens_map_wins_over_the_configuration()
    {
        var settings = new { model_max_length = 4, pad_token = "<end>" };
        Assert.Equal([10, 3, 11, 9], TokenizerFolder.Load(Vocabulary, Merges, settings, Specials).Encode("a").Ids);
        Assert.Equal([10, 3, 11, 11], TokenizerFolder.Load(Vocabulary, Merges, settings, new { bos_token = "<start>", eos_token = "<end>" }).Encode("a").Ids);
    }

    [Theory]
    [InlineData("not json", Merges)]
    [InlineData("""{"a":"x"}""", Merges)]
    [InlineData("""[1]""", Merges)]
    [InlineData("""{"a":0}""", Merges)]
    [InlineData("""{"<start>":0,"<end>":1,"!":2,"a":2147483647}""", Merges)]
    public void A_broken_folder_is_refused_with_a_reason(string vocabulary, string merges) =>
        Assert.Throws<InvalidDataException>(() => TokenizerFolder.Load(vocabulary, merges, null, Specials));

    [Fact]
    public void A_missing_folder_is_refused() => Assert.ThrowsAny<IOException>(() => ClipTokenizer.Load("/does/not/exist"));

    [Fact]
    public void Final_sigma_and_dotted_i_are_lowered_as_words_demand()
    {
        static string Lower(string text) => string.Concat(PromptNormalizer.Normalize(text).Select(rune => rune.ToString()));
        Assert.Equal("οδυσσευς", Lower("ΟΔΥΣΣΕΥΣ"));
        Assert.Equal("σ", Lower("Σ"));
        Assert.Equal("ας. βσα", Lower("ΑΣ. ΒΣΑ"));
        Assert.Equal("i\u0307stanbul", Lower("İSTANBUL"));
        Assert.Equal("𐐨", Lower("𐐀"));
    }

    [Fact]
    public void Any_text_gives_a_full_row_of_known_ids()
    {
        // Code units, not characters: unpaired surrogates are input too.
        var anyText = ArbMap.Default.ArbFor<ushort[]>();
        Prop.ForAll(anyText, units =>
        {
            var encoded = Clip.Encode(new string([.. units.Select(unit => (char)unit)]));
            return encoded.Ids.Count == 77 && encoded.Ids[0] == 49406 && encoded.Ids.Contains(49407) && encoded.Ids.All(id => id is >= 0 and < 49408);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void White_space_case_and_composition_do_not_change_the_ids()
    {
        var words = Gen.Elements("cat", "dog", "café", "ÅNGSTRÖM", "1girl", "don't", "!!!", "𝒜").NonEmptyListOf().ToArbitrary();
        Prop.ForAll(words, list =>
        {
            var plain = Clip.EncodeText(string.Join(' ', list));
            var spread = "\t" + string.Join(" \u00a0\n ", list) + " ";
            return plain.SequenceEqual(Clip.EncodeText(spread)) && plain.SequenceEqual(Clip.EncodeText(string.Join(' ', list).Replace("é", "e\u0301")));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_word_of_a_hundred_thousand_letters_is_encoded_without_quadratic_work() =>
        Assert.Equal(new string('x', 100_000), Clip.Decode(Clip.EncodeText(new string('x', 100_000))));

    [Fact]
    public void What_was_cut_reads_like_the_prompt()
    {
        var words = string.Join(' ', Enumerable.Repeat("snow", 75)) + " and a red fox";
        Assert.Equal("and a red fox", Clip.Encode(words).CutText);
    }
}
