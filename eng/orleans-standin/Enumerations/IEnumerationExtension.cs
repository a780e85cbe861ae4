using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Enumerations;

/// <summary>The grain's side of enumerations: every fetch is a call of its own that interleaves with the grain's others.</summary>
internal interface IEnumerationExtension : IGrainExtension
{
    [AlwaysInterleave]
    ValueTask<EnumerationStep> Start(Guid id, [Immutable] IRemoteEnumeration enumeration, CancellationToken cancellationToken);

    [AlwaysInterleave]
    ValueTask<EnumerationStep> Next(Guid id, CancellationToken cancellationToken);

    [AlwaysInterleave]
    ValueTask Stop(Guid id);
}

/// <summary>A method and its arguments, to be enumerated by the grain.</summary>
internal interface IRemoteEnumeration
{
    int MaxBatchSize { get; }

    /// <summary>Begins at the grain.</summary>
    IElementSource Open(object grain, CancellationToken cancellationToken);
}

/// <summary>An enumerator without its type.</summary>
internal interface IElementSource : IAsyncDisposable
{
    object? Current { get; }

    ValueTask<bool> MoveNext();
}
