using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>Loads a model from its own folder, as it was registered. On the device's thread.</summary>
internal static class SourceLoad
{
    /// <summary>Share of the load that is over when the tokenizer is read; sessions take the rest, by their bytes.</summary>
    private const double TokenizerShare = 0.02;

    public static ReplicaGeneration Run(ModelEntry model, OnnxProvider provider, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new LoadProgress(ReplicaPhase.Loading, "tokenizer", 0));
        ReadConfig(model.Folder); // A folder that cannot be served is told before its weights are read.
        var components = ModelFolder.RequiredGraphs;
        progress.Report(new LoadProgress(ReplicaPhase.Loading, components[0], TokenizerShare));
        var loadedCount = 0;
        var sessions = OnnxModelLoader.Load(model.Folder, provider, [.. components], loaded =>
        {
            loadedCount++;
            var fraction = TokenizerShare + ((1 - TokenizerShare) * loaded.LoadedBytes / Math.Max(1, loaded.TotalBytes));
            if (loadedCount < components.Count) progress.Report(new LoadProgress(ReplicaPhase.Loading, components[loadedCount], fraction));
        }, cancellation);
        return Compose(model.Folder, sessions, model.Policy.BatchMax);
    }

    /// <summary>The pipeline over loaded sessions, which are disposed if there can be none.</summary>
    public static ReplicaGeneration Compose(string folder, OnnxModel sessions, int batchMax)
    {
        try
        {
            return new ReplicaGeneration(TextToImage.Compose(ReadConfig(folder), sessions.Sessions, Math.Max(1, batchMax)), sessions);
        }
        catch
        {
            sessions.Dispose();
            throw;
        }
    }

    private static ModelConfig ReadConfig(string folder)
    {
        var (config, problems) = ModelFolder.Read(folder);
        return config ?? throw new InferenceException(
            $"{folder} cannot be used any more: {string.Join(" ", problems.Select(problem => $"{problem.Where}: {problem.Message}"))}");
    }
}
