using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Devices;
using OrleansDiffusion.Silo.Models;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>
/// Loads a model onto one of the node's devices: from its imported folder where there is one, else from its own. What the
/// runtime does happens on the device's own thread.
/// </summary>
internal sealed class OnnxReplicaLoader(
    NodeDevices devices, IImportedModels imports, IOptions<ReplicaOptions> options, ILogger<OnnxReplicaLoader> log) : IReplicaLoader
{
    public async Task<IReplicaRuntime> Load(ModelEntry model, string deviceId, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var device = devices.Find(deviceId);
        if (imports.Find(model.Version, device.Provider) is { } imported) return await LoadImported(model, imported, device, progress, cancellation);
        var provider = device.Provider with { Tuning = options.Value.Prepack == Prepacking.Never ? GraphTuning.Portable : GraphTuning.Machine };
        var generation = await device.Lane.Run(token => SourceLoad.Run(model, provider, progress, token), cancellation);
        imports.Want(model.Version, model.Folder, device.Provider);
        return new OnnxReplicaRuntime(generation, device.Lane, tune: null, log);
    }

    private async Task<IReplicaRuntime> LoadImported(
        ModelEntry model, ImportedFolder imported, NodeDevice device, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var prepack = options.Value.Prepack;
        var tuned = device.Provider with { Tuning = GraphTuning.Machine };
        var provider = prepack == Prepacking.Always ? tuned : device.Provider with { Tuning = GraphTuning.Portable };
        var generation = await Load(model, imported, provider, device.Lane, new LoadSteps(progress), cancellation);
        return new OnnxReplicaRuntime(generation, device.Lane, prepack == Prepacking.Auto ? Tune : null, log);

        async Task<ReplicaGeneration> Tune(CancellationToken token)
        {
            using var beside = new DeviceThread($"{device.Lane.Name} tuning"); // The device goes on working.
            return await Load(model, imported, tuned, beside, new LoadSteps(new Progress<LoadProgress>()), token);
        }
    }

    private static async Task<ReplicaGeneration> Load(
        ModelEntry model, ImportedFolder imported, OnnxProvider provider, DeviceThread lane, LoadSteps steps, CancellationToken cancellation)
    {
        steps.Tokenizer();
        foreach (var file in ImportRecord.SmallFiles(imported.Path)) await imported.Arrival.WhenArrived(file, cancellation);
        var sessions = await ImportedModelLoader.Load(
            imported.Path, provider, lane, imported.Arrival, ModelFolder.RequiredGraphs,
            phase => steps.Enter(phase.Component, phase.Phase), cancellation);
        var generation = await lane.Run(_ => SourceLoad.Compose(imported.Path, sessions, model.Policy.BatchMax), CancellationToken.None);
        try
        {
            await ComponentWarmUp.Run(generation.Pipeline, sessions, lane, steps.Enter, cancellation);
            return generation;
        }
        catch
        {
            await lane.Run(_ => { generation.Dispose(); return true; }, CancellationToken.None);
            throw;
        }
    }
}
