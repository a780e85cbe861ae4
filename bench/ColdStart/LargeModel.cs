using System.Runtime.InteropServices;

namespace OrleansDiffusion.Bench;

/// <summary>
/// A network as large as a small Stable Diffusion and of the same mix: blocks of two 3x3 convolutions with group norm and
/// SiLU, then a transformer block (self-attention, feed-forward), 640 channels at 16x16. Its weights are random,
/// in one file beside the graph, as exporters write models of this size.
/// </summary>
internal sealed class LargeModel
{
    public const string Component = "unet";
    public const long Channels = 640, Side = 16;

    private const long Heads = 8, Groups = 32, HiddenFactor = 4;
    private const string GraphFile = "model.onnx", WeightsFile = "model.onnx_data";
    private const long PageBytes = 4096;

    private readonly FileStream _weights;
    private readonly Random _chance = new(7);
    private readonly List<byte[]> _nodes = [];
    private readonly List<byte[]> _initializers = [];
    private long _offset;

    private LargeModel(FileStream weights) => _weights = weights;

    /// <returns>Bytes of weights.</returns>
    public static long Write(string folder, int blockCount)
    {
        var component = Directory.CreateDirectory(Path.Combine(folder, Component)).FullName;
        using var weights = File.Create(Path.Combine(component, WeightsFile));
        var model = new LargeModel(weights);
        model._initializers.Add(OnnxMessage.Shape("tokens", 1, Channels, Side * Side));
        model._initializers.Add(OnnxMessage.Shape("picture", 1, Channels, Side, Side));
        model._initializers.Add(OnnxMessage.Shape("groups", 1, Groups, -1));
        model._initializers.Add(OnnxMessage.Shape("heads", 1, Side * Side, Heads, Channels / Heads));
        model._initializers.Add(OnnxMessage.Shape("joined", 1, Side * Side, Channels));
        var now = "sample";
        for (var block = 0; block < blockCount; block++) now = model.Transformer($"t{block}", model.Residual($"r{block}", now));
        model._nodes.Add(OnnxMessage.Node("Identity", [now], ["out"]));
        var border = new[] { 1, Channels, Side, Side };
        File.WriteAllBytes(Path.Combine(component, GraphFile), OnnxMessage.Model(OnnxMessage.Graph(
            model._nodes, model._initializers, OnnxMessage.Value("sample", border), OnnxMessage.Value("out", border))));
        weights.Flush(flushToDisk: true);
        return model._offset;
    }

    private string Residual(string name, string input)
    {
        var now = input;
        foreach (var half in new[] { $"{name}a", $"{name}b" })
        {
            var active = Silu(half, GroupNorm(half, now));
            string[] inputs = [active, Weight($"{half}.w", Channels * 9, Channels, Channels, 3, 3), Weight($"{half}.c", Channels, Channels)];
            now = Node("Conv", $"{half}.conv", inputs,
                OnnxMessage.Attribute("pads", [1, 1, 1, 1]), OnnxMessage.Attribute("kernel_shape", [3, 3]));
        }

        return Node("Add", $"{name}.sum", [input, now]);
    }

    private string Transformer(string name, string input)
    {
        var flat = Node("Reshape", $"{name}.flat", [input, "tokens"]);
        var rows = Node("Transpose", $"{name}.rows", [flat], OnnxMessage.Attribute("perm", [0, 2, 1]));
        var attended = Node("Add", $"{name}.attended", [rows, Attention(name, LayerNorm($"{name}.n1", rows))]);
        var wide = Gelu($"{name}.gelu", Linear($"{name}.up", LayerNorm($"{name}.n2", attended), Channels, Channels * HiddenFactor));
        var narrow = Linear($"{name}.down", wide, Channels * HiddenFactor, Channels);
        var done = Node("Add", $"{name}.done", [attended, narrow]);
        var columns = Node("Transpose", $"{name}.columns", [done], OnnxMessage.Attribute("perm", [0, 2, 1]));
        return Node("Reshape", $"{name}.picture", [columns, "picture"]);
    }

    private string Attention(string name, string input)
    {
        string Split(string part, params long[] order) => Node(
            "Transpose", $"{name}.{part}t", [Node("Reshape", $"{name}.{part}h", [Linear($"{name}.{part}", input, Channels, Channels), "heads"])],
            OnnxMessage.Attribute("perm", order));
        var scores = Node("MatMul", $"{name}.scores", [Split("q", 0, 2, 1, 3), Split("k", 0, 2, 3, 1)]);
        var shares = Node("Softmax", $"{name}.shares", [scores], OnnxMessage.Attribute("axis", -1L));
        var mixed = Node("MatMul", $"{name}.mixed", [shares, Split("v", 0, 2, 1, 3)]);
        var rows = Node("Transpose", $"{name}.mixedt", [mixed], OnnxMessage.Attribute("perm", [0, 2, 1, 3]));
        return Linear($"{name}.out", Node("Reshape", $"{name}.joined", [rows, "joined"]), Channels, Channels);
    }

    private string GroupNorm(string name, string input)
    {
        var grouped = Node("Reshape", $"{name}.grouped", [input, "groups"]);
        string[] inputs = [grouped, Weight($"{name}.one", 0, Groups), Weight($"{name}.zero", Groups, Groups)];
        var normal = Node("InstanceNormalization", $"{name}.normal", inputs);
        var back = Node("Reshape", $"{name}.back", [normal, "picture"]);
        return Node("Mul", $"{name}.scaled", [back, Weight($"{name}.scale", 0, Channels, 1, 1)]);
    }

    private string LayerNorm(string name, string input) => Node(
        "LayerNormalization", name, [input, Weight($"{name}.scale", 0, Channels), Weight($"{name}.bias", Channels, Channels)],
        OnnxMessage.Attribute("axis", -1L), OnnxMessage.Attribute("epsilon", 1e-5f));

    private string Silu(string name, string input) => Node("Mul", $"{name}.silu", [input, Node("Sigmoid", $"{name}.sigmoid", [input])]);

    /// <summary>The sigmoid form of Hendrycks and Gimpel 2016, less its constant.</summary>
    private string Gelu(string name, string input) => Node("Mul", $"{name}.out", [input, Node("Sigmoid", $"{name}.gate", [input])]);

    private string Linear(string name, string input, long from, long to) =>
        Node("Add", $"{name}.biased", [Node("MatMul", $"{name}.product", [input, Weight($"{name}.w", from, from, to)]), Weight($"{name}.b", to, to)]);

    private string Node(string operation, string output, string[] inputs, params byte[][] attributes)
    {
        _nodes.Add(OnnxMessage.Node(operation, inputs, [output], attributes));
        return output;
    }

    /// <param name="name">Of the weights.</param>
    /// <param name="fanIn">Numbers that one output is summed from; 0: a scale, all ones.</param>
    /// <param name="shape">Row-major.</param>
    private string Weight(string name, long fanIn, params long[] shape)
    {
        var numbers = new float[shape.Aggregate(1L, (product, axis) => product * axis)];
        if (fanIn == 0) numbers.AsSpan().Fill(1);
        else Fill(numbers, (float)(1 / Math.Sqrt(fanIn)));
        var bytes = MemoryMarshal.AsBytes(numbers.AsSpan());
        _weights.Position = _offset;
        _weights.Write(bytes);
        _initializers.Add(OnnxMessage.Outside(name, shape, WeightsFile, _offset, bytes.Length));
        _offset = (_offset + bytes.Length + PageBytes - 1) / PageBytes * PageBytes;
        return name;
    }

    private void Fill(Span<float> numbers, float bound)
    {
        var state = (uint)_chance.Next(1, int.MaxValue);
        foreach (ref var number in numbers)
        {
            state ^= state << 13; // Marsaglia 2003, xorshift: a generator for a gigabyte, not for pictures.
            state ^= state >> 17;
            state ^= state << 5;
            number = ((state * (2f / uint.MaxValue)) - 1) * bound;
        }
    }
}
