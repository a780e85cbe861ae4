using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Models;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>Loads a model from its imported folder, of which files may still be arriving.</summary>
internal static class ImportedLoad
{
    private static readonly TimeSpan TellInterval = TimeSpan.FromMilliseconds(250);

    public static async Task<ReplicaGeneration> Run(
        ModelEntry model, ImportedFolder imported, OnnxProvider provider, DeviceThread lane, IProgress<LoadProgress> progress,
        CancellationToken cancellation)
    {
        var steps = new LoadSteps(progress, imported.Fetched);
        await using var telling = imported.Fetched is null ? null : TimeProvider.System.CreateTimer(_ => steps.Again(), null, TellInterval, TellInterval);
        var small = Task.WhenAll(ImportRecord.SmallFiles(imported.Path).Select(file => imported.Arrival.WhenArrived(file, cancellation)));
        if (!small.IsCompleted) steps.Fetch();
        await small;
        steps.Tokenizer();
        var sessions = await ImportedModelLoader.Load(
            imported.Path, provider, lane, imported.Arrival, ModelFolder.RequiredGraphs,
            phase => steps.Enter(phase.Component, phase.Phase), cancellation);
        var generation = await lane.Run(_ => SourceLoad.Compose(imported.Path, sessions, model.Policy.BatchMax), CancellationToken.None);
        try
        {
            await ComponentWarmUp.Run(generation.Pipeline, sessions, lane, steps.Enter, cancellation);
            steps.End();
            return generation;
        }
        catch
        {
            await lane.Run(_ => { generation.Dispose(); return true; }, CancellationToken.None);
            throw;
        }
    }
}
