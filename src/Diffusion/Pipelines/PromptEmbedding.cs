using OrleansDiffusion.Diffusion.Tokenizers;

namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>A prompt as the denoiser takes it.</summary>
/// <param name="Tokens">What the text became, and what was cut off.</param>
/// <param name="States">float[TokenCount*width]: the text encoder's last hidden states, row-major.</param>
/// <param name="TokenCount">Rows of <paramref name="States"/>, padding included.</param>
internal sealed record PromptEmbedding(TokenizedPrompt Tokens, float[] States, int TokenCount)
{
    public int Width => States.Length / TokenCount;
}
