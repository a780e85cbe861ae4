using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Importing;

public sealed class ExternalWeightsTests
{
    [Fact]
    public void The_index_says_what_lies_where()
    {
        var index = Read(
            OnnxFile.External("late", OnnxFile.Float, [2, 3], "weights.bin", 4096, 24),
            OnnxFile.Initializer("inside", OnnxFile.Float, [1], new byte[4]),
            OnnxFile.External("early", OnnxFile.Float16, [5], "weights.bin", 0, 10));

        Assert.Equal(
            ["early 10 [5] weights.bin 0 10 True", "late 1 [2,3] weights.bin 4096 24 False"],
            index.Select(weight =>
                $"{weight.Name} {weight.Type} [{string.Join(',', weight.Shape)}] {weight.Location} {weight.Offset} {weight.Bytes} {weight.IsHalf}"));
    }

    [Theory]
    [InlineData("weights.bin", 0, 20, "The weight 'w' has 20 bytes, and its shape needs 24.")]
    [InlineData("../weights.bin", 0, 24, "The weight 'w' lies in '../weights.bin', which leaves the folder.")]
    [InlineData("weights.bin", -1, 24, "The weight 'w' has the offset '-1'.")]
    public void A_place_that_cannot_be_is_refused(string location, long offset, long length, string reason)
    {
        var refused = Assert.Throws<InvalidDataException>(() => Read(OnnxFile.External("w", OnnxFile.Float, [2, 3], location, offset, length)));

        Assert.Equal(reason, refused.Message);
    }

    [Fact]
    public void Weights_outside_that_belong_to_a_graph_within_are_refused()
    {
        var within = OnnxFile.Graph(
            [OnnxFile.Node("Identity", ["w"], ["out"])], [], [OnnxFile.Value("out", OnnxFile.Float, 1)],
            OnnxFile.External("w", OnnxFile.Float, [1], "weights.bin", 0, 4));
        var node = OnnxFile.Node("If", ["x"], ["y"], OnnxFile.Attribute("then_branch", within));
        var graph = OnnxFile.Model(OnnxFile.Graph([node], [OnnxFile.Value("x", OnnxFile.Bool, 1)], [OnnxFile.Value("y", OnnxFile.Float, 1)]));

        var refused = Assert.Throws<InvalidDataException>(() => ExternalWeights.Read(new MemoryStream(graph)));

        Assert.Equal("The weight 'w' belongs to a node or to a graph within the graph.", refused.Message);
        Assert.Equal(["weights.bin"], ExternalWeights.FilesOf(new MemoryStream(graph)));
    }

    private static IReadOnlyList<ExternalWeight> Read(params byte[][] initializers)
    {
        byte[][] nodes = [OnnxFile.Node("Identity", ["x"], ["y"])];
        var graph = OnnxFile.Graph(nodes, [OnnxFile.Value("x", OnnxFile.Float, 1)], [OnnxFile.Value("y", OnnxFile.Float, 1)], initializers);
        return ExternalWeights.Read(new MemoryStream(OnnxFile.Model(graph)));
    }
}
