namespace OrleansDiffusion.Jobs.Tests;

public sealed class PromptRulesTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\n\u00a0")]
    public void A_prompt_must_say_something(string? prompt) =>
        Assert.Equal(
            [new FieldProblem("prompt", "must say what the picture shows.")],
            Examples.Resolve(Examples.Request with { Prompt = prompt }).Problems);

    [Fact]
    public void An_empty_negative_prompt_is_fine() =>
        Assert.Equal("", Examples.Resolve(Examples.Request with { NegativePrompt = "" }).Spec!.NegativePrompt);

    // A loop, as attributes keep their texts in UTF-8, where half a pair cannot stand.
    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        const string message = "is not valid Unicode text: it has half of a surrogate pair.";
        foreach (var text in new[] { "\ud83c", "apple \ud83c", "\udf4e apple", "\udf4e\ud83c", "\ud83c\ud83c\udf4e" })
        {
            Assert.Equal([new FieldProblem("prompt", message)], Examples.Resolve(Examples.Request with { Prompt = text }).Problems);
            Assert.Equal([new FieldProblem("negative_prompt", message)], Examples.Resolve(Examples.Request with { NegativePrompt = text }).Problems);
        }
    }

    [Theory]
    [InlineData("🍎")]
    [InlineData("苹果, una manzana, яблоко")]
    [InlineData("\ufffd")]
    public void Any_language_is_text(string prompt) => Assert.Empty(Examples.Resolve(Examples.Request with { Prompt = prompt }).Problems);

    [Fact]
    public void A_prompt_has_a_limit()
    {
        Assert.Empty(Examples.Resolve(Examples.Request with { Prompt = new string('a', 4000) }).Problems);
        Assert.Equal(
            [new FieldProblem("prompt", "must have at most 4000 characters, not 4001.")],
            Examples.Resolve(Examples.Request with { Prompt = new string('a', 4001) }).Problems);
    }
}
