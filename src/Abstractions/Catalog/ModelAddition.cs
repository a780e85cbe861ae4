using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>Where the addition of a model by its address stands.</summary>
public enum AdditionState
{
    /// <summary>Its files are fetched.</summary>
    Fetching,

    /// <summary>They are here, and are read and judged.</summary>
    Checking,

    /// <summary>It is registered.</summary>
    Added,

    /// <summary>It is not; the refusal says why.</summary>
    Failed,
}

/// <summary>
/// A model on its way into the catalog. It lives in the memory of the catalog's silo: after that silo's end the same
/// request begins it again, and on the same disk it goes on where it was.
/// </summary>
/// <param name="Id">The same for the same address and name.</param>
/// <param name="Url">Where from.</param>
/// <param name="Name">What it will be called.</param>
/// <param name="State">How far.</param>
/// <param name="ArrivedBytes">Of its files, what is here.</param>
/// <param name="TotalBytes">Of the files that are known so far.</param>
/// <param name="BeganAt">When it was asked for.</param>
[GenerateSerializer]
public sealed record ModelAddition(
    [property: Id(0)] string Id,
    [property: Id(1)] string Url,
    [property: Id(2)] string Name,
    [property: Id(3)] AdditionState State,
    [property: Id(4)] long ArrivedBytes,
    [property: Id(5)] long TotalBytes,
    [property: Id(6)] DateTimeOffset BeganAt)
{
    /// <summary>What came of it; null while it is under way.</summary>
    [Id(7)]
    public AddModelAnswer? Answer { get; init; }

    public bool IsOver => State is AdditionState.Added or AdditionState.Failed;
}

/// <summary>Begun, or why not.</summary>
[GenerateSerializer]
public sealed record BeginAdditionAnswer([property: Id(0)] ModelAddition? Begun, [property: Id(1)] Refusal? Refused);
