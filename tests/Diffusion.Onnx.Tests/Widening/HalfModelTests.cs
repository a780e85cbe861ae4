using OrleansDiffusion.Diffusion.Onnx.Tests.Importing;
using OrleansDiffusion.Diffusion.Pipelines;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Widening;

/// <summary>A whole model that computes in 16 bits, on the CPU: the pictures of the same weights in 32.</summary>
public sealed class HalfModelTests : IDisposable
{
    private static readonly OnnxProvider Portable = OnnxProvider.Cpu with { ThreadCount = 2, Tuning = GraphTuning.Portable };

    private readonly TemporaryFolder _folder = new();
    private readonly DeviceThread _lane = new("cpu0");

    private string Half => Path.Combine(_folder.Path, "half");

    private string Wide => Path.Combine(_folder.Path, "wide");

    private string Imported => Path.Combine(_folder.Path, "imported");

    [Fact]
    public async Task Its_pictures_are_those_of_the_same_weights_in_32_bits_from_its_own_folder_and_imported()
    {
        RoundedModel.WriteHalf(ImportedEmoji.Source, Half);
        RoundedModel.WriteWide(ImportedEmoji.Source, Wide);
        var record = await ModelImport.Run(Half, Imported, OnnxProvider.Cpu);

        using var wide = OnnxModelLoader.Load(Wide, Portable);
        using var half = OnnxModelLoader.Load(Half, Portable);
        using var imported = await ImportedModelLoader.Load(Imported, Portable, _lane);

        Assert.Equal(["text_encoder", "vae_encoder", "unet", "vae_decoder"], record.WidenedComponents);
        Assert.Equal(Draw(Wide, wide), Draw(Half, half));
        Assert.Equal(Draw(Wide, wide), Draw(Imported, imported));
    }

    [Fact]
    public async Task It_goes_into_and_out_of_32_bits_and_leaves_nothing_behind()
    {
        RoundedModel.WriteHalf(ImportedEmoji.Source, Half);
        await ModelImport.Run(Half, Imported, OnnxProvider.Cpu);

        using var raw = OnnxModelSession.Load(Path.Combine(Half, "unet", "model.onnx"), Portable);
        using var imported = await ImportedModelLoader.Load(Imported, Portable, _lane, components: ["unet"]);

        Assert.Equal(TensorType.Float16, raw.Outputs.Single().Type);
        Assert.Equal(TensorType.Float32, imported.Sessions["unet"].Outputs.Single().Type);
        Assert.All(ImportedGraph.Read(Imported, "unet").Weights, weight => Assert.False(weight.IsHalf));
        Assert.Equal([Half, Imported], Directory.EnumerateDirectories(_folder.Path).Order());
    }

    public void Dispose()
    {
        _lane.Dispose();
        _folder.Dispose();
    }

    private static byte[] Draw(string folder, OnnxModel model)
    {
        using var pipeline = TextToImage.Compose(ModelFolder.Read(folder).Config!, model.Sessions, batchMax: 1);
        var sample = pipeline.Begin(new SampleSpec { Prompt = "red apple", Width = 64, Height = 64, Steps = 3, Guidance = 4, Seed = 1 });
        pipeline.Encode(sample, CancellationToken.None);
        while (!sample.IsDone) pipeline.Step([sample], CancellationToken.None);
        return pipeline.Decode(sample, CancellationToken.None).Rgb;
    }
}
