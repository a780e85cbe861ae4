using Orleans;

namespace OrleansDiffusion.OrleansStandin.Enumerations;

internal enum EnumerationStatus
{
    /// <summary>Nothing yet: ask again.</summary>
    Heartbeat,
    Elements,

    /// <summary>These elements, if any, are the last.</summary>
    Completed,
    Failed,
    Cancelled,

    /// <summary>The grain does not know this enumeration.</summary>
    Unknown,
}

/// <summary>What one fetch of an enumeration brings.</summary>
[GenerateSerializer]
internal readonly struct EnumerationStep(EnumerationStatus status, object?[]? elements = null, Exception? failure = null)
{
    [Id(0)]
    public readonly EnumerationStatus Status = status;

    [Id(1)]
    public readonly object?[] Elements = elements ?? [];

    [Id(2)]
    public readonly Exception? Failure = failure;
}
