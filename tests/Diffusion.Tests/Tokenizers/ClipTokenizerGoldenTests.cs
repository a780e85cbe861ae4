using System.Text.Json;
using OrleansDiffusion.Diffusion.Tokenizers;

namespace OrleansDiffusion.Diffusion.Tests.Tokenizers;

public sealed class ClipTokenizerGoldenTests
{
    private static readonly JsonElement[] Cases =
        [.. JsonDocument.Parse(File.ReadAllBytes(GoldenFolder.Path("clip_tokenizer.json"))).RootElement.GetProperty("cases").EnumerateArray()];

    private static readonly ClipTokenizer PadsWithEnd = TokenizerFolder.LoadClip(padToken: "<|endoftext|>");
    private static readonly ClipTokenizer PadsWithZero = TokenizerFolder.LoadClip(padToken: "!");

    public static TheoryData<int> AllCases() => [.. Enumerable.Range(0, Cases.Length)];

    /// <summary>The padded forms are given for some prompts only.</summary>
    public static TheoryData<int> CasesWith(string column) => [.. Enumerable.Range(0, Cases.Length).Where(index =>
        Cases[index].TryGetProperty(column, out var ids) && ids.ValueKind == JsonValueKind.Array)];

    [Fact]
    public void There_are_cases() => Assert.NotEmpty(Cases);

    [Theory]
    [MemberData(nameof(AllCases))]
    public void Text_becomes_the_ids_of_the_reference(int index) =>
        Assert.Equal(Ids(index, "ids_hf"), PadsWithEnd.EncodeText(Prompt(index)));

    [Theory]
    [MemberData(nameof(CasesWith), "ids77_pad_eos")]
    public void A_prompt_is_cut_and_padded_with_the_end_token(int index) =>
        Assert.Equal(Ids(index, "ids77_pad_eos"), PadsWithEnd.Encode(Prompt(index)).Ids);

    [Theory]
    [MemberData(nameof(CasesWith), "ids77_pad_0")]
    public void A_prompt_is_cut_and_padded_with_id_zero(int index) =>
        Assert.Equal(Ids(index, "ids77_pad_0"), PadsWithZero.Encode(Prompt(index)).Ids);

    [Theory]
    [MemberData(nameof(AllCases))]
    public void The_count_and_the_cut_are_reported(int index)
    {
        var encoded = PadsWithEnd.Encode(Prompt(index));
        var count = Ids(index, "ids_hf").Length;
        Assert.Equal(count, encoded.TextTokenCount);
        Assert.Equal(count > 75, encoded.IsTruncated);
        Assert.Equal(count > 75, encoded.CutText is not null);
    }

    private static string Prompt(int index) => Cases[index].GetProperty("prompt").GetString()!;

    private static int[] Ids(int index, string column) => [.. Cases[index].GetProperty(column).EnumerateArray().Select(id => id.GetInt32())];
}
