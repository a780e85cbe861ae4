using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>Our pinned arrays as the runtime sees them.</summary>
internal static class TensorMemory
{
    /// <summary>
    /// A view for the runtime, no copy. The tensor's array is pinned for its life (<see cref="Tensor"/>); the caller
    /// keeps the tensor alive for as long as the view.
    /// </summary>
    public static unsafe OrtValue View(Tensor tensor)
    {
        var bytes = Bytes(tensor);
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            ElementTypeOf(tensor.Type),
            [.. tensor.Shape.Select(axis => (long)axis)],
            (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)),
            bytes.Length);
    }

    /// <summary>A tensor of our own with the numbers of a value of the runtime.</summary>
    public static Tensor Copy(string graph, string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var tensor = Tensor.Zeros(TypeOf(graph, name, info.ElementDataType), [.. info.Shape.Select(axis => checked((int)axis))]);
        value.GetTensorMutableRawData().CopyTo(Bytes(tensor));
        return tensor;
    }

    public static TensorType TypeOf(string graph, string name, TensorElementType type) => type switch
    {
        TensorElementType.Float => TensorType.Float32,
        TensorElementType.Float16 => TensorType.Float16,
        TensorElementType.Double => TensorType.Float64,
        TensorElementType.Int32 => TensorType.Int32,
        TensorElementType.Int64 => TensorType.Int64,
        TensorElementType.Bool => TensorType.Bool,
        _ => throw new InferenceException($"{graph}: '{name}' has the element type {type}, which no diffusion graph should have at its border."),
    };

    private static TensorElementType ElementTypeOf(TensorType type) => type switch
    {
        TensorType.Float32 => TensorElementType.Float,
        TensorType.Float16 => TensorElementType.Float16,
        TensorType.Float64 => TensorElementType.Double,
        TensorType.Int32 => TensorElementType.Int32,
        TensorType.Int64 => TensorElementType.Int64,
        TensorType.Bool => TensorElementType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such tensor type."),
    };

    private static Span<byte> Bytes(Tensor tensor) => tensor.Type switch
    {
        TensorType.Float32 => MemoryMarshal.AsBytes(tensor.Floats),
        TensorType.Float16 => MemoryMarshal.AsBytes(tensor.As<Half>()),
        TensorType.Float64 => MemoryMarshal.AsBytes(tensor.As<double>()),
        TensorType.Int32 => MemoryMarshal.AsBytes(tensor.As<int>()),
        TensorType.Int64 => MemoryMarshal.AsBytes(tensor.As<long>()),
        TensorType.Bool => MemoryMarshal.AsBytes(tensor.As<bool>()),
        _ => throw new ArgumentOutOfRangeException(nameof(tensor), tensor.Type, "No such tensor type."),
    };
}
