namespace OrleansDiffusion.Weights;

/// <summary>How far a download is. What graphs name is known only when they are here, so the total grows until then.</summary>
/// <param name="ArrivedBytes">What is here, from an earlier download too.</param>
/// <param name="TotalBytes">Of the files that are known so far.</param>
public sealed record DownloadProgress(long ArrivedBytes, long TotalBytes);
