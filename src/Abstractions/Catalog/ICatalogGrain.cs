using Orleans.Concurrency;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>Registered models and their policies.</summary>
public interface ICatalogGrain : IGrainWithStringKey
{
    [AlwaysInterleave]
    Task<IReadOnlyList<ModelEntry>> List();

    [AlwaysInterleave]
    Task<ModelEntry?> Find(string name);

    /// <summary>Checks the folder as a whole and registers it; every problem of a broken one is listed at once.</summary>
    /// <remarks>Reads every byte of the model once, which takes long.</remarks>
    [ResponseTimeout("00:30:00")]
    Task<AddModelAnswer> Add(string folder, string? name, PoolPolicy? policy);

    /// <summary>Begins to fetch a model from an address, or finds that it is under way; answers at once.</summary>
    [AlwaysInterleave]
    Task<BeginAdditionAnswer> BeginAddition(string url, string? name, PoolPolicy? policy);

    /// <summary>Those under way and those that ended lately, the newest first.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<ModelAddition>> ListAdditions();

    /// <summary>What was fetched stays for the next time. False when nothing of that id is under way.</summary>
    [AlwaysInterleave]
    Task<bool> CancelAddition(string id);

    /// <summary>Unloads and forgets the model; its files stay. False when it is not registered.</summary>
    Task<bool> Remove(string name);

    Task<Refusal?> SetPolicy(string name, PoolPolicy policy);

    /// <summary>A replica of that version was seen to need so much memory. Of several numbers the largest counts.</summary>
    Task NoteMeasured(string version, MeasuredMemory measured);
}

[GenerateSerializer]
public sealed record AddModelAnswer([property: Id(0)] ModelEntry? Added, [property: Id(1)] Refusal? Refused, [property: Id(2)] IReadOnlyList<string> Warnings);
