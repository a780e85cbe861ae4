using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Models;

/// <summary>An imported folder that a replica can be loaded from.</summary>
/// <param name="Path">The folder; all its files stand at their full length.</param>
/// <param name="Arrival">Of their bytes.</param>
internal sealed record ImportedFolder(string Path, IWeightsArrival Arrival) : IAsyncDisposable
{
    /// <summary>What keeps the folder there while a model is loaded from it; null where nothing would take it away.</summary>
    public IAsyncDisposable? Hold { get; init; }

    /// <summary>How far its bytes are; null where all were there from the start.</summary>
    public Func<LoadedWeights>? Fetched { get; init; }

    public ValueTask DisposeAsync() => Hold?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Where a silo finds imported models, and whom it tells which ones it would like to have.</summary>
internal interface IImportedModels
{
    /// <summary>Null when there is none (yet): then the model is loaded from its own folder, with the same pictures.</summary>
    /// <param name="model">Which one.</param>
    /// <param name="provider">The kind of device.</param>
    /// <param name="mustBeWhole">Parts that lie here are no import: what they lack did not come.</param>
    /// <param name="progress">Told when it must be waited for.</param>
    /// <param name="cancellation">The replica is not wanted any more.</param>
    /// <returns>Disposed by whoever loads from it, when the model is not loaded any more.</returns>
    /// <exception cref="InferenceException">Neither is there one, nor does this machine see the model's own folder.</exception>
    ValueTask<ImportedFolder?> Open(
        ModelEntry model, OnnxProvider provider, bool mustBeWhole, IProgress<LoadProgress> progress, CancellationToken cancellation);

    /// <summary>Has a model imported, some time later. Repeated or impossible wishes do nothing.</summary>
    void Want(string version, string folder, OnnxProvider provider);
}

/// <summary>How the silos of a cluster have one import among them. Names are those of imported folders: VERSION-cpu.</summary>
internal interface ISharedImports
{
    /// <summary>Where this silo makes imports before its cache takes them.</summary>
    string ImportFolder { get; }

    /// <summary>As <see cref="IImportedModels.Open"/>, from this silo's cache, other silos, or the folder if it is here.</summary>
    Task<ImportedFolder?> Open(string name, ModelEntry model, bool mustBeWhole, IProgress<LoadProgress> progress, CancellationToken cancellation);

    /// <summary>The imports in this silo's cache, whole or in part.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Lets an import go from this silo's cache. False: it is used, or not here.</summary>
    /// <exception cref="OrleansDiffusion.Weights.WeightsException">The disk refused.</exception>
    bool LetGo(string name);

    /// <summary>Whether this silo shall make it: nobody has it, and nobody else is at it.</summary>
    Task<bool> Claim(string name, CancellationToken cancellation);

    /// <summary>It is made: takes it into the cache and tells the others.</summary>
    /// <exception cref="OrleansDiffusion.Weights.WeightsException">The cache has no room, or the disk refused.</exception>
    Task Publish(string name, string folder, CancellationToken cancellation);

    /// <summary>What <see cref="Claim"/> began is over, whichever way.</summary>
    Task Leave(string name);
}
