namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>Rows of float32 over a tensor of any floating type: in place where it is float32, else through a staging array.</summary>
internal sealed class FloatView
{
    private readonly Tensor _tensor;
    private readonly float[] _numbers;

    public FloatView(Tensor tensor)
    {
        _tensor = tensor;
        _numbers = tensor.Type switch
        {
            TensorType.Float32 => (float[])tensor.Data,
            TensorType.Float16 or TensorType.Float64 => new float[tensor.Length],
            var other => throw new InferenceException($"A graph wants {other} where numbers with fractions are expected."),
        };
        RowLength = tensor.Shape.Count == 0 ? 1 : tensor.Length / tensor.Shape[0];
    }

    public int RowLength { get; }

    public Span<float> Row(int row) => _numbers.AsSpan(row * RowLength, RowLength);

    /// <summary>Makes what was written into rows visible to the graph.</summary>
    public void Push()
    {
        if (_tensor.Type == TensorType.Float16)
        {
            var halves = _tensor.As<Half>();
            for (var index = 0; index < halves.Length; index++) halves[index] = (Half)_numbers[index];
        }
        else if (_tensor.Type == TensorType.Float64)
        {
            var doubles = _tensor.As<double>();
            for (var index = 0; index < doubles.Length; index++) doubles[index] = _numbers[index];
        }
    }

    /// <summary>Makes what the graph wrote visible in rows.</summary>
    public void Pull()
    {
        if (_tensor.Type == TensorType.Float16)
        {
            var halves = _tensor.As<Half>();
            for (var index = 0; index < halves.Length; index++) _numbers[index] = (float)halves[index];
        }
        else if (_tensor.Type == TensorType.Float64)
        {
            var doubles = _tensor.As<double>();
            for (var index = 0; index < doubles.Length; index++) _numbers[index] = (float)doubles[index];
        }
    }
}
