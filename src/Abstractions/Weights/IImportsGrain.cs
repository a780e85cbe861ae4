using Orleans.Concurrency;

namespace OrleansDiffusion.Abstractions;

/// <summary>
/// Where the import of one model version for one kind of device can be had, and who makes it. Keyed by the import's name,
/// VERSION-cpu. Nothing is stored: silos say every few seconds what they have.
/// </summary>
public interface IImportsGrain : IGrainWithStringKey
{
    /// <summary>A silo has the manifest, and gives what chunks it has.</summary>
    Task Offer(ImportOffer offer);

    /// <summary>The silos that can be asked, those first whose manifest most of them have.</summary>
    [AlwaysInterleave]
    Task<ImportOffer[]> Find();

    /// <summary>Whether this silo shall import the model: nobody has, and nobody else is at it.</summary>
    Task<bool> Claim(string siloId);

    /// <summary>The import is over, whichever way.</summary>
    Task Leave(string siloId);
}

/// <param name="ManifestDigest">Of the import's chunks; its identity in caches, and the key of their <see cref="IWeightsGrain"/>.</param>
/// <param name="SiloId">Who has it.</param>
/// <param name="Address">Where to ask for it.</param>
[GenerateSerializer, Immutable]
public sealed record ImportOffer([property: Id(0)] string ManifestDigest, [property: Id(1)] string SiloId, [property: Id(2)] string Address);
