using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.OpenAi;

/// <summary>
/// Tokens, for clients that keep accounts by them. A picture counts one for each 16x16 pixels, as transformers of the
/// diffusion kind cut it; a prompt counts its words and signs, which is about what tokenizers make of it.
/// </summary>
internal sealed record ImageUsage(int InputTokens, int OutputTokens, int TotalTokens, ImageTokensBody InputTokensDetails, ImageTokensBody OutputTokensDetails)
{
    private const int PatchSide = 16;

    public static ImageUsage Of(GenerationSpec spec, int pictureCount)
    {
        var text = WordCount(spec.Prompt) + WordCount(spec.NegativePrompt ?? "");
        var image = pictureCount * PatchCount(spec.Width) * PatchCount(spec.Height);
        return new ImageUsage(text, image, text + image, new ImageTokensBody(0, text), new ImageTokensBody(image, 0));
    }

    private static int PatchCount(int side) => (side + PatchSide - 1) / PatchSide;

    private static int WordCount(string prompt)
    {
        var count = 0;
        var isInWord = false;
        foreach (var letter in prompt)
        {
            var isOfWord = char.IsLetterOrDigit(letter);
            if (isOfWord ? !isInWord : !char.IsWhiteSpace(letter)) count++;
            isInWord = isOfWord;
        }

        return count;
    }
}

internal sealed record ImageTokensBody(int ImageTokens, int TextTokens);
