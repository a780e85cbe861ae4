using System.Runtime.InteropServices;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Widening;

/// <summary>Each place in which a graph may hold 16 bits, by what the wide graph computes.</summary>
public sealed class WideGraphTests : IDisposable
{
    private const int BrainHalf = 16;
    private const int Count = 600;

    private static readonly Half[] Numbers = [.. Enumerable.Range(0, Count).Select(i => (Half)((i * 0.37) - 100))];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Weights_that_lie_inside_as_bytes_keep_their_values() =>
        Assert.Equal(Wide(Numbers), SumWith(OnnxFile.Initializer("w", OnnxFile.Float16, [Count], Bytes(Numbers))));

    [Fact]
    public void Weights_that_lie_inside_as_a_list_of_numbers_keep_their_values()
    {
        var list = OnnxFile.Message([
            (1, Count), (2, OnnxFile.Float16), .. Numbers.Select(half => (5, (object)(int)BitConverter.HalfToUInt16Bits(half))), (8, "w")]);

        Assert.Equal(Wide(Numbers), SumWith(list));
    }

    [Fact]
    public void Weights_in_a_file_beside_the_graph_keep_their_values()
    {
        _folder.Write("weights.bin", [1, 2, 3, 4, .. Bytes(Numbers)]);

        Assert.Equal(Wide(Numbers), SumWith(OnnxFile.External("w", OnnxFile.Float16, [Count], "weights.bin", 4, Count * 2)));
    }

    [Fact]
    public void Weights_of_more_than_one_block_keep_their_values()
    {
        const int count = (1 << 20) + 7;
        Half[] many = [.. Enumerable.Range(0, count).Select(i => (Half)(i % 1000))];
        _folder.Write("weights.bin", Bytes(many));

        Assert.Equal(Wide(many), SumWith(OnnxFile.External("w", OnnxFile.Float16, [count], "weights.bin", 0, count * 2), count));
    }

    [Fact]
    public void Few_numbers_stay_inside_the_graph()
    {
        SumWith(OnnxFile.Initializer("w", OnnxFile.Float16, [3], Bytes(Numbers[..3])), 3);

        Assert.Equal(0, new FileInfo(Path.Combine(_folder.Path, "wide", "wide.bin")).Length);
    }

    [Fact]
    public void Brain_halves_are_the_upper_bytes_of_floats()
    {
        float[] floats = [1, -2.5f, 0, 3.0517578e-05f];
        var upper = floats.SelectMany(number => BitConverter.GetBytes(number)[2..]).ToArray();

        Assert.Equal(floats, SumWith(OnnxFile.Initializer("w", BrainHalf, [4], upper), 4, BrainHalf));
    }

    [Fact]
    public void Constants_casts_and_graphs_within_are_widened_too()
    {
        var half = OnnxFile.Message((1, "value"), (5, OnnxFile.Initializer("", OnnxFile.Float16, [1], Bytes([(Half)0.1]))), (20, 4));
        var within = OnnxFile.Graph(
            [OnnxFile.Node("Add", ["sum", "more"], ["out"])], [], [OnnxFile.Value("out", OnnxFile.Float16, 1)],
            OnnxFile.Initializer("more", OnnxFile.Float16, [1], Bytes([(Half)2048])));
        byte[][] nodes =
        [
            OnnxFile.Node("Constant", [], ["tenth"], half),
            OnnxFile.Node("Cast", ["n"], ["wide"], OnnxFile.Attribute("to", OnnxFile.Float16)),
            OnnxFile.Node("Add", ["tenth", "wide"], ["sum"]),
            OnnxFile.Node("If", ["yes"], ["y"], OnnxFile.Attribute("then_branch", within), OnnxFile.Attribute("else_branch", within)),
        ];
        using var session = Load(OnnxFile.Graph(
            nodes, [OnnxFile.Value("n", OnnxFile.Int32, 1), OnnxFile.Value("yes", OnnxFile.Bool)], [OnnxFile.Value("y", OnnxFile.Float16, 1)]));
        var yes = Tensor.Zeros(TensorType.Bool);
        yes.As<bool>()[0] = true;
        var n = Tensor.Zeros(TensorType.Int32, 1);
        n.As<int>()[0] = 1;

        var y = session.Run(new Dictionary<string, Tensor> { ["n"] = n, ["yes"] = yes }, ["y"])["y"];

        Assert.Equal([(float)(Half)0.1 + 1 + 2048], y.Floats.ToArray());
    }

    [Fact]
    public void A_graph_that_computes_in_32_bits_is_left_alone_also_where_it_stores_halves()
    {
        var graph = OnnxFile.Graph(
            [OnnxFile.Node("Cast", ["w"], ["wide"], OnnxFile.Attribute("to", OnnxFile.Float)), OnnxFile.Node("Add", ["x", "wide"], ["y"])],
            [OnnxFile.Value("x", OnnxFile.Float, 3)], [OnnxFile.Value("y", OnnxFile.Float, 3)],
            OnnxFile.Initializer("w", OnnxFile.Float16, [3], Bytes(Numbers[..3])));

        Assert.Null(Widen(OnnxFile.Model(graph)));
        Assert.Null(Widen(Graphs.Sum()));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "wide")));
    }

    [Fact]
    public void A_file_of_weights_that_ends_too_early_is_named()
    {
        _folder.Write("weights.bin", Bytes(Numbers)[..^2]);

        var refused = Assert.Throws<InferenceException>(
            () => SumWith(OnnxFile.External("w", OnnxFile.Float16, [Count], "weights.bin", 0, Count * 2)));

        Assert.Equal($"{Path.Combine(_folder.Path, "model.onnx")} could not be loaded: The file weights.bin ends within 'w'.", refused.Message);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>What x + w is for an x of zeros, in the wide graph.</summary>
    private float[] SumWith(byte[] weight, int count = Count, int type = OnnxFile.Float16)
    {
        using var session = Load(OnnxFile.Graph(
            [OnnxFile.Node("Add", ["x", "w"], ["y"])], [OnnxFile.Value("x", type, count)], [OnnxFile.Value("y", type, count)], weight));
        return session.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.Zeros(TensorType.Float32, count) }, ["y"])["y"].Floats.ToArray();
    }

    private OnnxModelSession Load(byte[] graph) => OnnxModelSession.Load(Widen(OnnxFile.Model(graph))!, OnnxProvider.Cpu);

    private string? Widen(byte[] model) =>
        WideGraph.Write(_folder.Write("model.onnx", model), Path.Combine(_folder.Path, "wide"), CancellationToken.None);

    private static byte[] Bytes(Half[] halves) => MemoryMarshal.AsBytes(halves.AsSpan()).ToArray();

    private static float[] Wide(Half[] halves) => Array.ConvertAll(halves, half => (float)half);
}
