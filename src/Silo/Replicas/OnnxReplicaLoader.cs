using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Tokenizers;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Devices;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>Loads a model folder onto one of the node's devices. Everything happens on the device's own thread.</summary>
internal sealed class OnnxReplicaLoader(NodeDevices devices) : IReplicaLoader
{
    /// <summary>Share of the load that is over when the tokenizer is read; sessions take the rest, by their bytes.</summary>
    private const double TokenizerShare = 0.02;

    public async Task<IReplicaRuntime> Load(ModelEntry model, string deviceId, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        var device = devices.Find(deviceId);
        return await device.Lane.Run(token => LoadOnDevice(model, device, progress, token), cancellation);
    }

    private static OnnxReplicaRuntime LoadOnDevice(
        ModelEntry model, NodeDevice device, IProgress<LoadProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new LoadProgress(ReplicaPhase.Loading, "tokenizer", 0));
        var config = ReadConfig(model);
        var tokenizer = ClipTokenizer.Load(config.TokenizerFolder, config.TextPositionsMax);

        var components = ModelFolder.RequiredGraphs;
        progress.Report(new LoadProgress(ReplicaPhase.Loading, components[0], TokenizerShare));
        var loadedCount = 0;
        var sessions = OnnxModelLoader.Load(model.Folder, device.Provider, [.. components], loaded =>
        {
            loadedCount++;
            var fraction = TokenizerShare + ((1 - TokenizerShare) * loaded.LoadedBytes / Math.Max(1, loaded.TotalBytes));
            if (loadedCount < components.Count) progress.Report(new LoadProgress(ReplicaPhase.Loading, components[loadedCount], fraction));
        }, cancellation);
        return Compose(model, device, config, tokenizer, sessions);
    }

    private static OnnxReplicaRuntime Compose(
        ModelEntry model, NodeDevice device, ModelConfig config, ClipTokenizer tokenizer, OnnxModel sessions)
    {
        try
        {
            var pipeline = new TextToImage(
                config,
                new PromptEncoder(tokenizer, sessions.Sessions[ModelFolder.TextEncoder]),
                new Denoiser(sessions.Sessions[ModelFolder.Unet]),
                new LatentDecoder(sessions.Sessions[ModelFolder.VaeDecoder], config),
                Math.Max(1, model.Policy.BatchMax));
            return new OnnxReplicaRuntime(pipeline, sessions, device.Lane);
        }
        catch
        {
            sessions.Dispose();
            throw;
        }
    }

    private static ModelConfig ReadConfig(ModelEntry model)
    {
        var (config, problems) = ModelFolder.Read(model.Folder);
        return config ?? throw new InferenceException(
            $"{model.Folder} cannot be used any more: {string.Join(" ", problems.Select(problem => $"{problem.Where}: {problem.Message}"))}");
    }
}
