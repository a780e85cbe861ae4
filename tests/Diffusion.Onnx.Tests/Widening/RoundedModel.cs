using System.Runtime.InteropServices;
using Google.Protobuf;
using OrleansDiffusion.Diffusion.Onnx.Format;
using DataType = OrleansDiffusion.Diffusion.Onnx.Format.TensorProto.Types.DataType;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Widening;

/// <summary>Copies of a model in 32 bits with the same rounded numbers: one that computes in 16 bits, and one in 32.</summary>
internal static class RoundedModel
{
    public static void WriteHalf(string source, string target) => Write(source, target, isHalf: true);

    public static void WriteWide(string source, string target) => Write(source, target, isHalf: false);

    private static void Write(string source, string target, bool isHalf)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (Path.GetFileName(file) != OnnxModelLoader.GraphFileName)
            {
                File.Copy(file, copy);
                continue;
            }

            var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
            Round(model.Graph, isHalf);
            File.WriteAllBytes(copy, model.ToByteArray());
        }
    }

    private static void Round(GraphProto graph, bool isHalf)
    {
        var attributes = graph.Node.SelectMany(node => node.Attribute.Select(attribute => (node.OpType, Attribute: attribute))).ToList();
        foreach (var tensor in graph.Initializer.Concat(attributes.Select(one => one.Attribute.T)))
        {
            if (tensor?.DataType == (int)DataType.Float) Round(tensor, isHalf);
        }

        if (!isHalf) return;
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
        {
            if (value.Type.TensorType.ElemType == (int)DataType.Float) value.Type.TensorType.ElemType = (int)DataType.Float16;
        }

        foreach (var (operation, attribute) in attributes)
        {
            if (operation == "Cast" && attribute.I == (int)DataType.Float) attribute.I = (int)DataType.Float16;
        }
    }

    private static void Round(TensorProto tensor, bool isHalf)
    {
        var floats = tensor.HasRawData ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray() : [.. tensor.FloatData];
        var halves = Array.ConvertAll(floats, number => (Half)number);
        tensor.FloatData.Clear();
        tensor.RawData = ByteString.CopyFrom(
            isHalf ? MemoryMarshal.AsBytes(halves.AsSpan()) : MemoryMarshal.AsBytes(Array.ConvertAll(halves, half => (float)half).AsSpan()));
        if (isHalf) tensor.DataType = (int)DataType.Float16;
    }
}
