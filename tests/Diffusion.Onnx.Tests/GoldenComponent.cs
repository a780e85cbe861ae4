using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrleansDiffusion.Diffusion.Onnx.Tests;

/// <summary>
/// One network's inputs and outputs as the reference computed them: component_NAME.json with the numbers in a .bin of
/// little-endian float32 beside it, integers inline.
/// </summary>
internal sealed class GoldenComponent
{
    private readonly JsonElement _tensors;
    private readonly byte[] _numbers;

    private GoldenComponent(JsonElement root, byte[] numbers)
    {
        _tensors = root.GetProperty("tensors");
        _numbers = numbers;
        InputNames = [.. root.GetProperty("inputs").EnumerateArray().Select(name => name.GetString()!)];
        OutputNames = [.. root.GetProperty("outputs").EnumerateArray().Select(name => name.GetString()!)];
    }

    public IReadOnlyList<string> InputNames { get; }

    public IReadOnlyList<string> OutputNames { get; }

    public static GoldenComponent Read(string pipeline, string component)
    {
        var path = Path.Combine(GoldenFolder.Pipeline(pipeline), "golden", $"component_{component}");
        return new GoldenComponent(JsonDocument.Parse(File.ReadAllBytes($"{path}.json")).RootElement, File.ReadAllBytes($"{path}.bin"));
    }

    /// <summary>Inputs with the types that the graph declares.</summary>
    public IReadOnlyDictionary<string, Tensor> Inputs(IReadOnlyList<TensorSpec> specs) => InputNames.ToDictionary(
        name => name, name => Filled(specs.Single(spec => spec.Name == name).Type, Shape($"in.{name}"), Values($"in.{name}")));

    public double[] Output(string name) => Values($"out.{name}");

    public int[] OutputShape(string name) => Shape($"out.{name}");

    private static Tensor Filled(TensorType type, int[] shape, double[] values)
    {
        var tensor = Tensor.Zeros(type, shape);
        for (var i = 0; i < values.Length; i++)
        {
            switch (type)
            {
                case TensorType.Float32: tensor.Floats[i] = (float)values[i]; break;
                case TensorType.Float64: tensor.As<double>()[i] = values[i]; break;
                case TensorType.Int32: tensor.As<int>()[i] = (int)values[i]; break;
                case TensorType.Int64: tensor.As<long>()[i] = (long)values[i]; break;
                default: throw new NotSupportedException($"Golden data has no {type}.");
            }
        }

        return tensor;
    }

    private int[] Shape(string name) => [.. _tensors.GetProperty(name).GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt32())];

    private double[] Values(string name)
    {
        var tensor = _tensors.GetProperty(name);
        if (tensor.TryGetProperty("values", out var inline)) return [.. inline.EnumerateArray().Select(value => value.GetDouble())];
        var count = Shape(name).Aggregate(1, (product, axis) => product * axis);
        var bytes = _numbers.AsSpan(tensor.GetProperty("offset").GetInt32(), count * sizeof(float));
        return [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value)];
    }
}
