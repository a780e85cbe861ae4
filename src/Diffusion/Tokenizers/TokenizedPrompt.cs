namespace OrleansDiffusion.Diffusion.Tokenizers;

/// <summary>A prompt as its model sees it.</summary>
/// <param name="Ids">int[TokensMax]: start token, text, end token, padding.</param>
/// <param name="TextTokenCount">Tokens of the whole text, start and end not counted, before any cut.</param>
/// <param name="TextTokensMax">How many of them fit: the model's limit less start and end.</param>
/// <param name="CutText">The part that did not fit, in the tokenizer's lower-cased spelling; null when everything did.</param>
public sealed record TokenizedPrompt(IReadOnlyList<int> Ids, int TextTokenCount, int TextTokensMax, string? CutText)
{
    public bool IsTruncated => TextTokenCount > TextTokensMax;
}
