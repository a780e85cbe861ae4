using System.Text.Json.Nodes;

namespace OrleansDiffusion.Weights.Tests;

public sealed class TokenizerCheckTests : IDisposable
{
    private const string Vocabulary = "tokenizer/vocab.json";
    private const int TokenCount = 1914;

    private readonly EmojiFolder _folder = new();

    [Theory]
    [InlineData(TokenCount - 1)]
    [InlineData(TokenCount + 128)]
    [InlineData(49408)]
    public void A_tokenizer_of_another_model_is_noticed_by_its_size(int rowCount)
    {
        _folder.Edit("text_encoder/config.json", json => json["vocab_size"] = rowCount);

        Assert.Equal(
            $"{Vocabulary} | It has {TokenCount} tokens and text_encoder was made for {rowCount} (vocab_size): this tokenizer belongs to another model.",
            Assert.Single(_folder.Problems()));
    }

    [Theory]
    [InlineData(TokenCount)]
    [InlineData(TokenCount + 127)]
    public void Rows_of_padding_are_no_problem(int rowCount)
    {
        _folder.Edit("text_encoder/config.json", json => json["vocab_size"] = rowCount);

        Assert.Empty(_folder.Problems());
    }

    [Fact]
    public void Missing_special_tokens_are_named()
    {
        _folder.Edit(Vocabulary, json => Rename(json, "<|startoftext|>", "<|start|>"));

        Assert.Equal($"{Vocabulary} | The special token '<|startoftext|>' (bos_token) is missing.", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void Special_tokens_may_have_other_names()
    {
        _folder.Edit(Vocabulary, json => Rename(json, "<|startoftext|>", "<s>"));
        _folder.Edit("tokenizer/special_tokens_map.json", json => json["bos_token"] = "<s>");

        Assert.Empty(_folder.Problems());
    }

    [Fact]
    public void Merges_of_another_vocabulary_are_counted_and_the_first_is_shown()
    {
        var merges = File.ReadAllLines(_folder.At("tokenizer/merges.txt"));
        merges[3] = "qq zz";
        merges[7] = "only";
        _folder.Write("tokenizer/merges.txt", string.Join('\n', merges) + "\n");

        Assert.Equal(
            "tokenizer/merges.txt | 2 merges do not fit vocab.json, the first in line 4: 'qq zz'.", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void Two_tokens_with_one_number_are_refused()
    {
        _folder.Edit(Vocabulary, json => json["a"] = 5);

        Assert.Equal(
            $"{Vocabulary} | It must map every token to its own number from 0 on; it has {TokenCount} tokens and {TokenCount - 1} numbers.",
            Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void A_gap_in_the_numbers_is_refused()
    {
        _folder.Edit(Vocabulary, json => json["<|endoftext|>"] = 5000);

        Assert.StartsWith($"{Vocabulary} | It must map every token to its own number", Assert.Single(_folder.Problems()));
    }

    public void Dispose() => _folder.Dispose();

    private static void Rename(JsonObject json, string token, string name)
    {
        var id = json[token]!.GetValue<int>();
        json.Remove(token);
        json[name] = id;
    }
}
