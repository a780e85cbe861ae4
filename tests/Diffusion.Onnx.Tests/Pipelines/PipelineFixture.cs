using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Pipelines;

/// <summary>A model folder with its sessions on the CPU and a pipeline over them.</summary>
internal sealed class PipelineFixture : IDisposable
{
    private readonly OnnxModel _model;

    public PipelineFixture(string folder, Func<SamplerConfig, SamplerConfig>? scheduler = null, int batchMax = 8)
    {
        var (config, problems) = ModelFolder.Read(folder);
        if (config is null) throw new InvalidOperationException(string.Join(" ", problems));
        config = config with { Scheduler = scheduler?.Invoke(config.Scheduler) ?? config.Scheduler };

        _model = OnnxModelLoader.Load(folder, OnnxProvider.Cpu, ModelFolder.RequiredGraphs);
        Pipeline = TextToImage.Compose(config, _model.Sessions, batchMax);
        Decoder = new LatentDecoder(_model.Sessions[ModelFolder.VaeDecoder], config);
    }

    public TextToImage Pipeline { get; }

    /// <summary>A second one over the same session, for the floating picture.</summary>
    public LatentDecoder Decoder { get; }

    public void Dispose()
    {
        Decoder.Dispose();
        Pipeline.Dispose();
        _model.Dispose();
    }
}
