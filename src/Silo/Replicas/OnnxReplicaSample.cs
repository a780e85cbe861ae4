using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Tokenizers;
using OrleansDiffusion.Grains;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>A sample of the pipeline as the replica sees it. Its memory is the garbage collector's.</summary>
internal sealed class OnnxReplicaSample(Sample sample) : IReplicaSample
{
    private const int CutTextCharactersMax = 60;

    public Sample Sample => sample;

    public int StepsDone => sample.StepsDone;

    public int StepCount => sample.StepCount;

    public bool IsFinite => sample.IsFinite;

    public string ShapeKey { get; } = $"{sample.Spec.Width}x{sample.Spec.Height}";

    public IReadOnlyList<string> Warnings { get; } =
        [.. Cut("The prompt", sample.PromptTokens), .. Cut("The negative prompt", sample.NegativePromptTokens)];

    public void Dispose()
    {
        // Nothing native belongs to a sample.
    }

    private static IEnumerable<string> Cut(string what, TokenizedPrompt? tokens)
    {
        if (tokens is not { IsTruncated: true }) yield break;
        var rest = tokens.CutText ?? "";
        if (rest.Length > CutTextCharactersMax) rest = rest[..CutTextCharactersMax] + "...";
        yield return $"{what} has {tokens.TextTokenCount} tokens and the model reads {tokens.TextTokensMax} of them "
            + $"({tokens.Ids.Count} with start and end); not read: \"{rest}\".";
    }
}
