using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Tokenizers;
using OrleansDiffusion.Grains;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>A sample of the pipeline as the replica sees it. Its memory is the garbage collector's; it counts among its generation's until it is disposed.</summary>
internal sealed class OnnxReplicaSample : IReplicaSample
{
    private const int CutTextCharactersMax = 60;

    private int _isDisposed;

    public OnnxReplicaSample(Sample sample, ReplicaGeneration generation)
    {
        (Sample, Generation) = (sample, generation);
        ShapeKey = $"{sample.Spec.Width}x{sample.Spec.Height} {generation.Name}";
        Warnings = [.. Cut("The prompt", sample.PromptTokens), .. Cut("The negative prompt", sample.NegativePromptTokens)];
        generation.Enter();
    }

    public Sample Sample { get; }

    public ReplicaGeneration Generation { get; }

    public int StepsDone => Sample.StepsDone;

    public int StepCount => Sample.StepCount;

    public bool IsFinite => Sample.IsFinite;

    public string ShapeKey { get; }

    public IReadOnlyList<string> Warnings { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) Generation.Leave();
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
