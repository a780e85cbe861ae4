namespace OrleansDiffusion.Diffusion;

/// <summary>
/// A dense row-major array on the host. The array is pinned for its life, so that a native runtime can read and
/// write it in place: bind once, then change the numbers and run again.
/// </summary>
public sealed class Tensor
{
    private Tensor(TensorType type, Array data, int[] shape)
    {
        Type = type;
        Data = data;
        Shape = shape;
    }

    public TensorType Type { get; }

    /// <summary>Pinned storage; its element type follows <see cref="Type"/> (Float16 as <see cref="Half"/>).</summary>
    public Array Data { get; }

    public IReadOnlyList<int> Shape { get; }

    public int Length => Data.Length;

    /// <summary>The numbers of a Float32 tensor, to read and to write.</summary>
    public Span<float> Floats => (float[])Data;

    public Span<T> As<T>() where T : unmanaged => (T[])Data;

    public static Tensor Zeros(TensorType type, params int[] shape)
    {
        var length = shape.Aggregate(1, (product, axis) => checked(product * axis));
        Array data = type switch
        {
            TensorType.Float32 => GC.AllocateArray<float>(length, pinned: true),
            TensorType.Float16 => GC.AllocateArray<Half>(length, pinned: true),
            TensorType.Float64 => GC.AllocateArray<double>(length, pinned: true),
            TensorType.Int32 => GC.AllocateArray<int>(length, pinned: true),
            TensorType.Int64 => GC.AllocateArray<long>(length, pinned: true),
            TensorType.Bool => GC.AllocateArray<bool>(length, pinned: true),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such tensor type."),
        };
        return new Tensor(type, data, [.. shape]);
    }

    public static Tensor FromFloats(ReadOnlySpan<float> values, params int[] shape)
    {
        var tensor = Zeros(TensorType.Float32, shape);
        values.CopyTo(tensor.Floats);
        return tensor;
    }
}
