using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Devices;
using OrleansDiffusion.Silo.Downloads;
using OrleansDiffusion.Silo.Models;
using OrleansDiffusion.Weights;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>
/// Loads a model onto one of the node's devices: from its imported folder where there is one, else from its own. What the
/// runtime does happens on the device's own thread.
/// </summary>
internal sealed partial class OnnxReplicaLoader(
    NodeDevices devices, IImportedModels imports, DownloadedModels downloads, LoadsUnderWay loads, IOptions<ReplicaOptions> options,
    ILogger<OnnxReplicaLoader> log) : IReplicaLoader
{
    public async Task<IReplicaRuntime> Load(ModelEntry model, string deviceId, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        using var underWay = loads.Begin();
        var device = devices.Find(deviceId);
        model = model with { Folder = downloads.FolderOf(model) };
        if (await TryImports(model, device, progress, cancellation) is { } runtime) return runtime;
        await downloads.Bring(model, progress, cancellation);
        try
        {
            return await LoadSource(model, device, progress, cancellation);
        }
        finally
        {
            imports.Want(model.Version, model.Folder, device.Provider); // Also of one that cannot be loaded: others may wait for the word.
        }
    }

    /// <summary>Null if there is no import, or none of which the weights come: then the model's own folder is here, or can be fetched.</summary>
    private async Task<IReplicaRuntime?> TryImports(
        ModelEntry model, NodeDevice device, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        if (await imports.Open(model, device.Provider, mustBeWhole: false, progress, cancellation) is not { } imported) return null;
        if (await TryImported(model, imported, device, progress, cancellation) is { } runtime) return runtime;
        if (Directory.Exists(model.Folder)) return null;

        // All silos that have only parts of it are here now. One fetches the model, and the others load what that one makes of it.
        var again = await imports.Open(model, device.Provider, mustBeWhole: true, progress, cancellation);
        return again is null ? null : await TryImported(model, again, device, progress, cancellation);
    }

    /// <summary>Null if its weights do not come and the model's own folder is here, or can be fetched: the pictures are the same.</summary>
    private async Task<IReplicaRuntime?> TryImported(
        ModelEntry model, ImportedFolder imported, NodeDevice device, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        try
        {
            return await LoadImported(model, imported, device, progress, cancellation);
        }
        catch (Exception problem)
        {
            await imported.DisposeAsync();
            if (problem is not WeightsException) throw;
            if (model.Url is null && !Directory.Exists(model.Folder)) throw new InferenceException(problem.Message, problem);
            Log.WeightsLost(log, model.Name, model.Folder, problem.Message);
            return null;
        }
    }

    private async Task<IReplicaRuntime> LoadSource(
        ModelEntry model, NodeDevice device, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var provider = device.Provider with { Tuning = options.Value.Prepack == Prepacking.Never ? GraphTuning.Portable : GraphTuning.Machine };
        var generation = await device.Lane.Run(token => SourceLoad.Run(model, provider, progress, token), cancellation);
        return new OnnxReplicaRuntime(generation, device.Lane, tune: null, log);
    }

    private async Task<IReplicaRuntime> LoadImported(
        ModelEntry model, ImportedFolder imported, NodeDevice device, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var prepack = options.Value.Prepack;
        var tuned = device.Provider with { Tuning = GraphTuning.Machine };
        var provider = prepack == Prepacking.Always ? tuned : device.Provider with { Tuning = GraphTuning.Portable };
        var generation = await ImportedLoad.Run(model, imported, provider, device.Lane, progress, cancellation);
        return new OnnxReplicaRuntime(generation, device.Lane, prepack == Prepacking.Auto ? Tune : null, log) { Hold = imported };

        async Task<ReplicaGeneration> Tune(CancellationToken token)
        {
            using var beside = new DeviceThread($"{device.Lane.Name} tuning"); // The device goes on working.
            return await ImportedLoad.Run(model, imported, tuned, beside, new Progress<LoadProgress>(), token);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1044, LogLevel.Warning, "The weights of {Model} do not come; it is loaded from {Folder}: {Reason}")]
        public static partial void WeightsLost(ILogger log, string model, string folder, string reason);
    }
}
