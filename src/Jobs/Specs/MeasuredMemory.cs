namespace OrleansDiffusion.Jobs;

/// <summary>Device memory that a model's replica was seen to need, when the model was imported.</summary>
/// <param name="Provider">On which kind of device: it says nothing of others.</param>
/// <param name="Bytes">Weights and working memory.</param>
public sealed record MeasuredMemory(string Provider, long Bytes)
{
    /// <summary>What counts on that kind of device: what was measured on it, or else what was estimated.</summary>
    public static long Or(long estimatedBytes, MeasuredMemory? measured, string provider) =>
        measured?.Provider == provider ? measured.Bytes : estimatedBytes;
}
