namespace OrleansDiffusion.Diffusion;

/// <summary>
/// One loaded graph (a text encoder, a UNet, a decoder...). Callers bind by the metadata found here, since exports
/// differ in names, ranks and types. Not safe for two runs at once: a device runs one thing at a time.
/// </summary>
public interface IModelSession : IDisposable
{
    IReadOnlyList<TensorSpec> Inputs { get; }

    IReadOnlyList<TensorSpec> Outputs { get; }

    /// <summary>Runs once and allocates what comes out. For work done once per job, such as encoding a prompt.</summary>
    /// <param name="inputs">By graph name; every input of the graph, with its declared element type.</param>
    /// <param name="outputNames">Which outputs to compute; empty means all.</param>
    /// <exception cref="InferenceException">The runtime refused or failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    IReadOnlyDictionary<string, Tensor> Run(
        IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<string> outputNames, CancellationToken cancellation = default);

    /// <summary>Ties tensors to inputs and outputs for many runs without allocation. For the step loop.</summary>
    IModelBinding Bind(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs);
}

/// <summary>Tensors tied to a session. Change the inputs in place, run, read the outputs in place.</summary>
public interface IModelBinding : IDisposable
{
    /// <exception cref="InferenceException">The runtime refused or failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    void Run(CancellationToken cancellation = default);
}

/// <summary>What a runtime's own exceptions become at the border of its adapter.</summary>
public sealed class InferenceException(string message, Exception? inner = null) : Exception(message, inner);
