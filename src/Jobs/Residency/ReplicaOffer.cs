namespace OrleansDiffusion.Jobs;

/// <summary>What its pool says of a replica to whoever needs its room.</summary>
/// <param name="ReplicaId">Which one.</param>
/// <param name="Use">Whether it can go at all.</param>
/// <param name="Worth">What it is worth to its pool to keep it, by <see cref="ResidencyPolicy"/>.</param>
public sealed record ReplicaOffer(string ReplicaId, ReplicaUse Use, double Worth);
