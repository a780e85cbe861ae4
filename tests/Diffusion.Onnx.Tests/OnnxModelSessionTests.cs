namespace OrleansDiffusion.Diffusion.Onnx.Tests;

public sealed class OnnxModelSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Metadata_is_what_the_graph_declares()
    {
        using var session = Load(Graphs.Sum());

        Assert.Equal(["x Float32 -1,3", "y Float32 -1,3"], session.Inputs.Select(Text));
        Assert.Equal(["sum Float32 -1,3", "twice Float32 -1,3"], session.Outputs.Select(Text));
    }

    [Fact]
    public void All_outputs_come_when_none_is_named()
    {
        using var session = Load(Graphs.Sum());

        var outputs = session.Run(Numbers(1, 2, 3), []);

        Assert.Equal([2f, 4f, 6f], outputs["sum"].Floats.ToArray());
        Assert.Equal([4f, 8f, 12f], outputs["twice"].Floats.ToArray());
    }

    [Fact]
    public void Only_the_named_outputs_come()
    {
        using var session = Load(Graphs.Sum());

        var outputs = session.Run(Numbers(1, 2, 3), ["twice"]);

        Assert.Equal("twice", Assert.Single(outputs).Key);
    }

    [Fact]
    public void An_output_may_have_a_shape_that_only_the_run_knows()
    {
        using var session = Load(Graphs.NonZero());
        var inputs = new Dictionary<string, Tensor> { ["x"] = Tensor.FromFloats([0, 5, 0, 7, 9], 5) };

        var where = session.Run(inputs, ["where"])["where"];

        Assert.Equal([1, 3], where.Shape);
        Assert.Equal([1L, 3L, 4L], where.As<long>().ToArray());
    }

    [Fact]
    public void An_output_may_be_empty()
    {
        using var session = Load(Graphs.NonZero());
        var inputs = new Dictionary<string, Tensor> { ["x"] = Tensor.FromFloats([0, 0], 2) };

        var where = session.Run(inputs, ["where"])["where"];

        Assert.Equal([1, 0], where.Shape);
    }

    [Theory]
    [InlineData(OnnxFile.Float, TensorType.Float32)]
    [InlineData(OnnxFile.Float16, TensorType.Float16)]
    [InlineData(OnnxFile.Float64, TensorType.Float64)]
    [InlineData(OnnxFile.Int32, TensorType.Int32)]
    [InlineData(OnnxFile.Int64, TensorType.Int64)]
    [InlineData(OnnxFile.Bool, TensorType.Bool)]
    public void Every_element_type_passes_unchanged(int onnxType, TensorType type)
    {
        using var session = Load(Graphs.Identity(onnxType));
        var input = Tensor.Zeros(type, 3);
        for (var i = 0; i < 3; i++) input.Data.SetValue(Number(type, i), i);

        var output = session.Run(new Dictionary<string, Tensor> { ["in"] = input }, [])["out"];

        Assert.Equal(type, output.Type);
        Assert.Equal(input.Data, output.Data);
    }

    [Fact]
    public void A_missing_input_a_wrong_name_and_a_wrong_type_are_all_told_at_once()
    {
        using var session = Load(Graphs.Sum());
        var inputs = new Dictionary<string, Tensor> { ["x"] = Tensor.Zeros(TensorType.Int64, 1, 3), ["z"] = Tensor.Zeros(TensorType.Float32, 1, 3) };

        var exception = Assert.Throws<InferenceException>(() => session.Run(inputs, []));

        Assert.Equal(
            $"{Path.Combine("graph", "model.onnx")}: input 'x' Float32[?,3] was given Int64[1,3]; "
            + "there is no input 'z' (there is x, y); input 'y' Float32[?,3] is missing.",
            exception.Message);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3)]
    [InlineData(1, 1, 3)]
    public void A_shape_that_the_graph_rules_out_is_refused_before_the_run(params int[] shape)
    {
        using var session = Load(Graphs.Sum());
        var inputs = new Dictionary<string, Tensor> { ["x"] = Tensor.Zeros(TensorType.Float32, shape), ["y"] = Tensor.Zeros(TensorType.Float32, 1, 3) };

        var exception = Assert.Throws<InferenceException>(() => session.Run(inputs, []));

        Assert.Contains($"input 'x' Float32[?,3] was given Float32[{string.Join(',', shape)}]", exception.Message);
    }

    [Fact]
    public void A_shape_that_only_the_run_can_judge_is_refused_by_it()
    {
        using var session = Load(Graphs.Sum());
        var inputs = new Dictionary<string, Tensor> { ["x"] = Tensor.Zeros(TensorType.Float32, 2, 3), ["y"] = Tensor.Zeros(TensorType.Float32, 5, 3) };

        var exception = Assert.Throws<InferenceException>(() => session.Run(inputs, []));

        Assert.StartsWith(Path.Combine("graph", "model.onnx"), exception.Message);
    }

    [Fact]
    public void An_unknown_output_is_named()
    {
        using var session = Load(Graphs.Sum());

        var exception = Assert.Throws<InferenceException>(() => session.Run(Numbers(1, 2, 3), ["picture"]));

        Assert.Contains("there is no output 'picture' (there is sum, twice)", exception.Message);
    }

    [Fact]
    public void A_session_that_has_ended_refuses()
    {
        var session = Load(Graphs.Sum());
        session.Dispose();
        session.Dispose();

        Assert.Throws<ObjectDisposedException>(() => session.Run(Numbers(1, 2, 3), []));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(_folder.Path, "unet", "model.onnx");

        var exception = Assert.Throws<InferenceException>(() => OnnxModelSession.Load(path, OnnxProvider.Cpu));

        Assert.Equal($"{path} could not be loaded: there is no such file.", exception.Message);
    }

    [Fact]
    public void A_truncated_file_is_named()
    {
        var path = _folder.Write("unet/model.onnx", Graphs.Sum()[..40]);

        var exception = Assert.Throws<InferenceException>(() => OnnxModelSession.Load(path, OnnxProvider.Cpu));

        Assert.StartsWith($"{path} could not be loaded: ", exception.Message);
    }

    [Fact]
    public void Loading_can_be_cancelled()
    {
        var path = _folder.Write("unet/model.onnx", Graphs.Sum());

        Assert.Throws<OperationCanceledException>(() => OnnxModelSession.Load(path, OnnxProvider.Cpu, new CancellationToken(canceled: true)));
    }

    public void Dispose() => _folder.Dispose();

    private static string Text(TensorSpec spec) => $"{spec.Name} {spec.Type} {string.Join(',', spec.Dimensions)}";

    private static Dictionary<string, Tensor> Numbers(params float[] row) =>
        new() { ["x"] = Tensor.FromFloats(row, 1, 3), ["y"] = Tensor.FromFloats(row, 1, 3) };

    private static object Number(TensorType type, int value) => type switch
    {
        TensorType.Float32 => (float)value,
        TensorType.Float16 => (Half)value,
        TensorType.Float64 => (double)value,
        TensorType.Int32 => value,
        TensorType.Int64 => (long)value,
        _ => value == 1,
    };

    private OnnxModelSession Load(byte[] model) =>
        OnnxModelSession.Load(_folder.Write("graph/model.onnx", model), OnnxProvider.Cpu);
}
