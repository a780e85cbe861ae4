using System.Text;

namespace OrleansDiffusion.Jobs;

/// <summary>A prompt is text with something in it. Its length in tokens is the tokenizer's business: it truncates and says so.</summary>
internal static class PromptRules
{
    public static void Check(GenerationRequest request, GenerationLimits limits, List<FieldProblem> problems)
    {
        if (string.IsNullOrWhiteSpace(request.Prompt)) problems.Add(new("prompt", "must say what the picture shows."));
        else CheckText("prompt", request.Prompt, limits, problems);

        if (request.NegativePrompt is { } negative) CheckText("negative_prompt", negative, limits, problems);
    }

    private static void CheckText(string field, string text, GenerationLimits limits, List<FieldProblem> problems)
    {
        if (text.Length > limits.PromptCharactersMax)
            problems.Add(new(field, $"must have at most {limits.PromptCharactersMax} characters, not {text.Length}."));
        if (!IsUnicode(text)) problems.Add(new(field, "is not valid Unicode text: it has half of a surrogate pair."));
    }

    private static bool IsUnicode(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != System.Buffers.OperationStatus.Done) return false;
            text = text[consumed..];
        }

        return true;
    }
}
