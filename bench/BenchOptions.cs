namespace OrleansDiffusion.Bench;

/// <param name="ModelFolder">What to draw with.</param>
/// <param name="Steps">Steps of each picture.</param>
/// <param name="RunCount">Pictures to measure; null for the bench's own default.</param>
public sealed record BenchOptions(string ModelFolder, int Steps, int? RunCount);
