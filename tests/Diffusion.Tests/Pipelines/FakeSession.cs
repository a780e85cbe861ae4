namespace OrleansDiffusion.Diffusion.Tests.Pipelines;

/// <summary>A graph whose arithmetic is a function field.</summary>
internal sealed class FakeSession(TensorSpec[] inputs, TensorSpec[] outputs) : IModelSession
{
    public IReadOnlyList<TensorSpec> Inputs => inputs;

    public IReadOnlyList<TensorSpec> Outputs => outputs;

    /// <summary>Inputs and outputs by name; fills the outputs.</summary>
    public required Action<IReadOnlyDictionary<string, Tensor>, IReadOnlyDictionary<string, Tensor>> Compute { get; init; }

    /// <summary>Shapes of outputs for calls that bind none.</summary>
    public Func<IReadOnlyDictionary<string, Tensor>, int[]> OutputShape { get; init; } = _ => [];

    public int RunCount { get; private set; }

    public int BindCount { get; private set; }

    public int BoundCount { get; private set; }

    public IReadOnlyDictionary<string, Tensor> Run(
        IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<string> outputNames, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        RunCount++;
        var results = outputNames.ToDictionary(name => name, name => Tensor.Zeros(Outputs.Single(output => output.Name == name).Type, OutputShape(inputs)));
        Compute(inputs, results);
        return results;
    }

    public IModelBinding Bind(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs)
    {
        BindCount++;
        BoundCount++;
        return new Binding(this, inputs, outputs);
    }

    public void Dispose()
    {
    }

    private sealed class Binding(FakeSession session, IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs) : IModelBinding
    {
        public void Run(CancellationToken cancellation = default)
        {
            cancellation.ThrowIfCancellationRequested();
            session.RunCount++;
            session.Compute(inputs, outputs);
        }

        public void Dispose() => session.BoundCount--;
    }
}
