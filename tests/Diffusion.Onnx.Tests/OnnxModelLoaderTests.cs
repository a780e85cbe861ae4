namespace OrleansDiffusion.Diffusion.Onnx.Tests;

public sealed class OnnxModelLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Components_load_in_the_order_in_which_a_picture_needs_them()
    {
        foreach (var component in new[] { "vae_decoder", "unet", "text_encoder", "vae_encoder", "safety_checker" }) Write(component);
        _folder.Write("unet/weights.pb", new byte[100]);
        var graphBytes = Graphs.Sum().Length;
        var progress = new List<LoadProgress>();

        using var model = OnnxModelLoader.Load(_folder.Path, OnnxProvider.Cpu, progress: progress.Add);

        Assert.Equal(["text_encoder", "vae_encoder", "unet", "vae_decoder"], progress.Select(step => step.Component));
        Assert.Equal([graphBytes, graphBytes, graphBytes + 100, graphBytes], progress.Select(step => step.ComponentBytes));
        Assert.Equal([graphBytes, 2 * graphBytes, 3 * graphBytes + 100, 4 * graphBytes + 100], progress.Select(step => step.LoadedBytes));
        Assert.All(progress, step => Assert.Equal(4 * graphBytes + 100, step.TotalBytes));
        Assert.Equal(["text_encoder", "unet", "vae_decoder", "vae_encoder"], model.Sessions.Keys.Order());
        Assert.Equal("x", model.Sessions["unet"].Inputs[0].Name);
    }

    [Fact]
    public void Only_the_components_asked_for_are_loaded()
    {
        foreach (var component in new[] { "vae_decoder", "unet", "text_encoder" }) Write(component);

        using var model = OnnxModelLoader.Load(_folder.Path, OnnxProvider.Cpu, ["vae_decoder", "text_encoder"]);

        Assert.Equal(["text_encoder", "vae_decoder"], model.Sessions.Keys.Order());
    }

    [Fact]
    public void A_component_that_is_missing_is_named()
    {
        Write("text_encoder");

        var exception = Assert.Throws<InferenceException>(
            () => OnnxModelLoader.Load(_folder.Path, OnnxProvider.Cpu, ["text_encoder", "unet"]));

        Assert.Equal($"{Path.Combine(_folder.Path, "unet", "model.onnx")} could not be loaded: there is no such file.", exception.Message);
    }

    [Fact]
    public void A_broken_component_is_named_and_nothing_stays_loaded()
    {
        Write("text_encoder");
        var broken = _folder.Write("unet/model.onnx", Graphs.Sum()[..50]);
        var loaded = new List<string>();

        var exception = Assert.Throws<InferenceException>(
            () => OnnxModelLoader.Load(_folder.Path, OnnxProvider.Cpu, progress: step => loaded.Add(step.Component)));

        Assert.StartsWith($"{broken} could not be loaded: ", exception.Message);
        Assert.Equal(["text_encoder"], loaded);
    }

    [Fact]
    public void A_folder_without_components_is_refused()
    {
        var exception = Assert.Throws<InferenceException>(() => OnnxModelLoader.Load(_folder.Path, OnnxProvider.Cpu));

        Assert.StartsWith($"{_folder.Path} holds no model", exception.Message);
    }

    [Fact]
    public void Loading_stops_between_components_when_cancelled()
    {
        foreach (var component in new[] { "unet", "text_encoder" }) Write(component);
        using var cancellation = new CancellationTokenSource();
        var loaded = new List<string>();

        Assert.Throws<OperationCanceledException>(() => OnnxModelLoader.Load(
            _folder.Path,
            OnnxProvider.Cpu,
            progress: step =>
            {
                loaded.Add(step.Component);
                cancellation.Cancel();
            },
            cancellation: cancellation.Token));

        Assert.Equal(["text_encoder"], loaded);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string component) => _folder.Write($"{component}/model.onnx", Graphs.Sum());
}
