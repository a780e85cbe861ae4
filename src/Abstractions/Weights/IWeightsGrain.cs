using Orleans.Concurrency;

namespace OrleansDiffusion.Abstractions;

/// <summary>
/// Knows which silo has which chunks of one manifest, and who reads which from the origin. Keyed by the manifest's digest.
/// Nothing is stored: what it forgets by moving, the next reports tell it again, and until then silos read their origins.
/// </summary>
public interface IWeightsGrain : IGrainWithStringKey
{
    /// <summary>Says what a silo has and does, and asks what the others have. Called often during a fetch; answers at once.</summary>
    Task<WeightsPlaces> Report(WeightsReport report);
}

/// <summary>What one silo says about the manifest. The fields are those of ChunkReport (Weights).</summary>
/// <param name="ChunkCount">How many chunks the manifest has.</param>
/// <param name="SiloId">Whose chunks they are.</param>
/// <param name="Address">Where they are served.</param>
/// <param name="Have">Bitmap of the chunks that it serves.</param>
/// <param name="Reading">Chunks that it reads from the origin now.</param>
/// <param name="Wanted">Chunks that it would read from the origin, best first.</param>
/// <param name="GrantMax">How many more of them it can read now.</param>
/// <param name="Distrusted">Silos whose chunks it does not count as there.</param>
[GenerateSerializer, Immutable]
public sealed record WeightsReport(
    [property: Id(0)] int ChunkCount,
    [property: Id(1)] string SiloId,
    [property: Id(2)] string Address,
    [property: Id(3)] byte[] Have,
    [property: Id(4)] int[] Reading,
    [property: Id(5)] int[] Wanted,
    [property: Id(6)] int GrantMax,
    [property: Id(7)] string[] Distrusted);

/// <param name="Peers">The others.</param>
/// <param name="Granted">Those of the wanted chunks that it shall read from the origin.</param>
/// <param name="Claimed">Chunks that others read from the origin now.</param>
[GenerateSerializer, Immutable]
public sealed record WeightsPlaces([property: Id(0)] WeightsPeer[] Peers, [property: Id(1)] int[] Granted, [property: Id(2)] int[] Claimed);

/// <param name="SiloId">Who has chunks.</param>
/// <param name="Address">Where to ask for them.</param>
/// <param name="Have">Bitmap of those that it had when it last said so.</param>
[GenerateSerializer, Immutable]
public sealed record WeightsPeer([property: Id(0)] string SiloId, [property: Id(1)] string Address, [property: Id(2)] byte[] Have);
