using System.Reflection;
using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Importing;

/// <summary>Weights that come after the session was made: right with us, silently wrong with the runtime's defaults.</summary>
public sealed class LateWeightsTests(ImportedEmoji emoji) : IClassFixture<ImportedEmoji>, IDisposable
{
    private static readonly OnnxProvider Portable = OnnxProvider.Cpu with { ThreadCount = 2, Tuning = GraphTuning.Portable };
    private static readonly OnnxProvider Machine = OnnxProvider.Cpu with { ThreadCount = 2 };

    private readonly ArrivingFolder _arriving = new(emoji.Folder);
    private readonly DeviceThread _lane = new("cpu0");

    public static TheoryData<string> Components() => [.. ImportedEmoji.Components];

    [Theory]
    [MemberData(nameof(Components))]
    public async Task Weights_that_come_after_the_session_compute_what_weights_that_were_there_do(string component)
    {
        using var there = await ImportedModelLoader.Load(emoji.Folder, Portable, _lane, components: [component]);
        using var late = await ImportedModelLoader.Load(_arriving.Path, Portable, _lane, _arriving, [component]);
        Assert.False(late.WhenArrived(component).IsCompleted);

        _arriving.Fill(component);
        await late.WhenArrived(component);

        Assert.Equal(Inputs.Run(component, there.Sessions[component], batch: 2), Inputs.Run(component, late.Sessions[component], batch: 2));
    }

    [Theory]
    [MemberData(nameof(Components))]
    public async Task A_session_that_is_tuned_to_the_machine_is_not_made_before_its_weights_are_there(string component)
    {
        var phases = new List<string>();
        var fetches = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var there = await ImportedModelLoader.Load(emoji.Folder, Machine, _lane, components: [component]);
        var loading = ImportedModelLoader.Load(_arriving.Path, Machine, _lane, _arriving, [component], phase =>
        {
            phases.Add(phase.Phase);
            if (phase.Phase == "fetch") fetches.SetResult();
        });
        await fetches.Task;
        Assert.False(loading.IsCompleted);

        _arriving.Fill(component);
        using var late = await loading;

        Assert.Equal(["map", "fetch", "create"], phases);
        Assert.Equal(Inputs.Run(component, there.Sessions[component], batch: 2), Inputs.Run(component, late.Sessions[component], batch: 2));
    }

    [Fact]
    public async Task The_text_encoder_runs_while_the_others_are_on_their_way()
    {
        using var model = await ImportedModelLoader.Load(_arriving.Path, Portable, _lane, _arriving);

        _arriving.Fill("text_encoder");
        await model.WhenArrived("text_encoder");

        Assert.NotEmpty(Inputs.Run("text_encoder", model.Sessions["text_encoder"], batch: 1));
        var refused = Assert.Throws<InferenceException>(() => Inputs.Run("unet", model.Sessions["unet"], batch: 1));
        Assert.Equal($"{Path.Combine("unet", "model.onnx")}: its weights have not arrived.", refused.Message);
    }

    [Fact]
    public async Task Bound_tensors_wait_for_the_weights_too()
    {
        using var model = await ImportedModelLoader.Load(_arriving.Path, Portable, _lane, _arriving, ["vae_decoder"]);
        var session = model.Sessions["vae_decoder"];
        var picture = Tensor.Zeros(TensorType.Float32, 1, 3, 64, 64);
        using var binding = session.Bind(
            Inputs.For("vae_decoder", session, batch: 1), new Dictionary<string, Tensor> { [session.Outputs[0].Name] = picture });

        Assert.Throws<InferenceException>(() => binding.Run());
        _arriving.Fill("vae_decoder");
        await model.WhenArrived("vae_decoder");
        binding.Run();

        Assert.Contains(picture.Floats.ToArray(), number => number != 0);
    }

    [Fact]
    public async Task Weights_that_will_not_come_fail_the_load_that_waits_and_the_runs_of_one_that_does_not()
    {
        var loading = ImportedModelLoader.Load(_arriving.Path, Machine, _lane, _arriving, ["unet"]);
        using var portable = await ImportedModelLoader.Load(_arriving.Path, Portable, _lane, _arriving, ["unet"]);

        _arriving.Fail("unet", new IOException("No peer has it."));

        Assert.Equal("No peer has it.", (await Assert.ThrowsAsync<IOException>(() => loading)).Message);
        await Assert.ThrowsAsync<IOException>(() => portable.WhenArrived("unet"));
        Assert.Throws<InferenceException>(() => Inputs.Run("unet", portable.Sessions["unet"], batch: 1));
    }

    /// <summary>Why <see cref="ArrivedWeights"/> exists: if this ever fails, the runtime has learnt to wait.</summary>
    [Theory]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_ALL, true)]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_ALL, false)]
    [InlineData(GraphOptimizationLevel.ORT_DISABLE_ALL, true)]
    public void The_runtime_bakes_weights_into_a_session_that_it_optimises_or_prepacks(GraphOptimizationLevel level, bool prepacks)
    {
        var graph = ImportedGraph.Read(emoji.Folder, "unet");
        using var weights = MappedWeights.Map(Path.Combine(_arriving.Path, "unet", "weights.bin"), graph.Weights, Task.CompletedTask);
        using var options = new SessionOptions { GraphOptimizationLevel = level };
        weights.AddTo(options);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", weights.Folder);
        options.AddSessionConfigEntry("session.disable_prepacking", prepacks ? "0" : "1");
        using var baked = new InferenceSession(graph.Bytes, options);
        using var ours = OnnxModelSession.Over(
            MappedWeights.Map(Path.Combine(_arriving.Path, "unet", "weights.bin"), graph.Weights, Task.CompletedTask), graph, Portable);

        _arriving.Fill("unet");

        var (wrong, right) = (Run(baked, ours), Inputs.Run("unet", ours, batch: 1));
        Assert.True(wrong.Zip(right, (one, other) => Math.Abs(one - other)).Max() > 0.01);
    }

    [Fact]
    public void Options_that_read_weights_at_creation_can_only_be_had_for_weights_that_have_arrived()
    {
        const BindingFlags any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        var makers =
            from method in typeof(SessionSettings).GetMethods(any)
            where method.IsPublic && method.ReturnType == typeof(SessionOptions)
            select $"{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name))})";
        var index = ImportedGraph.Read(emoji.Folder, "unet").Weights;
        using var weights = MappedWeights.Map(Path.Combine(_arriving.Path, "unet", "weights.bin"), index, new TaskCompletionSource().Task);

        Assert.Equal(
            [
                "Create(OnnxProvider)", "Over(ArrivedWeights, OnnxProvider)", "Over(MappedWeights, OnnxProvider)",
                "Writing(OnnxProvider, String, String)",
            ],
            makers.Order());
        Assert.All(typeof(ArrivedWeights).GetConstructors(any), constructor => Assert.True(constructor.IsPrivate));
        Assert.False(ArrivedWeights.Of(weights, CancellationToken.None).IsCompleted);
        foreach (var tuning in Enum.GetValues<GraphTuning>())
        {
            using var options = SessionSettings.Over(weights, OnnxProvider.Cpu with { Tuning = tuning });
            Assert.Equal(GraphOptimizationLevel.ORT_DISABLE_ALL, options.GraphOptimizationLevel);
        }
    }

    public void Dispose()
    {
        _lane.Dispose();
        _arriving.Dispose();
    }

    private static float[] Run(InferenceSession session, IModelSession like)
    {
        var inputs = Inputs.For("unet", like, batch: 1);
        var views = inputs.ToDictionary(input => input.Key, input => TensorMemory.View(input.Value));
        using var options = new RunOptions();
        using var outputs = session.Run(options, views, [.. session.OutputNames]);
        foreach (var view in views.Values) view.Dispose();
        GC.KeepAlive(inputs);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
