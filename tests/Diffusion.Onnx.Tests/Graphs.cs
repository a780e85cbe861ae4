namespace OrleansDiffusion.Diffusion.Onnx.Tests;

/// <summary>Graphs that show one behaviour each.</summary>
internal static class Graphs
{
    /// <summary>float x[rows, 3], float y[rows, 3] -> sum = x + y, twice = sum + sum.</summary>
    public static byte[] Sum() => OnnxFile.Model(OnnxFile.Graph(
        [OnnxFile.Node("Add", ["x", "y"], ["sum"]), OnnxFile.Node("Add", ["sum", "sum"], ["twice"])],
        [OnnxFile.Value("x", OnnxFile.Float, "rows", 3), OnnxFile.Value("y", OnnxFile.Float, "rows", 3)],
        [OnnxFile.Value("sum", OnnxFile.Float, "rows", 3), OnnxFile.Value("twice", OnnxFile.Float, "rows", 3)]));

    /// <summary>in[n] -> out[n], the same numbers of the given type.</summary>
    public static byte[] Identity(int type) => OnnxFile.Model(OnnxFile.Graph(
        [OnnxFile.Node("Identity", ["in"], ["out"])], [OnnxFile.Value("in", type, "n")], [OnnxFile.Value("out", type, "n")]));

    /// <summary>float x[n] -> int64 where[1, ?]: the indices of what is not zero; the shape depends on the numbers.</summary>
    public static byte[] NonZero() => OnnxFile.Model(OnnxFile.Graph(
        [OnnxFile.Node("NonZero", ["x"], ["where"])],
        [OnnxFile.Value("x", OnnxFile.Float, "n")],
        [OnnxFile.Value("where", OnnxFile.Int64, 1, "count")]));

    /// <summary>float x[] -> x + x + x..., 2^40 turns of a loop for x other than 0, one turn for 0: whoever waits for it waits for a token.</summary>
    public static byte[] Endless()
    {
        var body = OnnxFile.Graph(
            [OnnxFile.Node("Cast", ["value_in"], ["going_on"], OnnxFile.Attribute("to", OnnxFile.Bool)), OnnxFile.Node("Add", ["value_in", "value_in"], ["value_out"])],
            [OnnxFile.Value("turn", OnnxFile.Int64), OnnxFile.Value("going_on_in", OnnxFile.Bool), OnnxFile.Value("value_in", OnnxFile.Float)],
            [OnnxFile.Value("going_on", OnnxFile.Bool), OnnxFile.Value("value_out", OnnxFile.Float)]);
        return OnnxFile.Model(OnnxFile.Graph(
            [OnnxFile.Node("Loop", ["turns", "", "x"], ["y"], OnnxFile.Attribute("body", body))],
            [OnnxFile.Value("x", OnnxFile.Float)],
            [OnnxFile.Value("y", OnnxFile.Float)],
            OnnxFile.Initializer("turns", OnnxFile.Int64, [], BitConverter.GetBytes(1L << 40))));
    }
}
