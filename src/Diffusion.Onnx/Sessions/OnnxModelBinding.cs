using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>Tensors tied to a session's inputs and outputs; a run reads and writes their arrays in place.</summary>
internal sealed class OnnxModelBinding : IModelBinding
{
    private readonly InferenceSession _session;
    private readonly InterruptibleRun _runs;
    private readonly Action<OnnxModelBinding> _released;
    private readonly OrtIoBinding _binding;
    private readonly List<(string Name, OrtValue View)> _inputs = [];
    private readonly List<OrtValue> _outputs = [];

    // The views point into the tensors' pinned arrays, so the arrays must live as long.
    private readonly List<Tensor> _tensors = [];
    private readonly bool _isHostMemory;

    /// <param name="session">Whose inputs and outputs.</param>
    /// <param name="runs">The session's runs.</param>
    /// <param name="isHostMemory">Whether the device reads the host's memory; if not, inputs are copied to it before each run.</param>
    /// <param name="released">Told once, when the binding is disposed.</param>
    public OnnxModelBinding(InferenceSession session, InterruptibleRun runs, bool isHostMemory, Action<OnnxModelBinding> released)
    {
        _session = session;
        _runs = runs;
        _isHostMemory = isHostMemory;
        _released = released;
        _binding = session.CreateIoBinding();
    }

    public void BindInput(string name, Tensor tensor)
    {
        var view = View(tensor);
        _inputs.Add((name, view));
        _binding.BindInput(name, view);
    }

    public void BindOutput(string name, Tensor tensor)
    {
        var view = View(tensor);
        _outputs.Add(view);
        _binding.BindOutput(name, view);
    }

    public void Run(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_binding.IsClosed, this);
        _runs.Execute(
            static (options, self) =>
            {
                if (!self._isHostMemory) self.CopyInputsToDevice();
                self._session.RunWithBinding(options, self._binding);
                return true;
            },
            this,
            cancellation);
    }

    public void Dispose()
    {
        if (_binding.IsClosed) return;
        _binding.Dispose();
        foreach (var (_, view) in _inputs) view.Dispose();
        foreach (var view in _outputs) view.Dispose();
        _tensors.Clear();
        _released(this);
    }

    // The runtime copies host memory to the device when an input is bound, not when it runs.
    private void CopyInputsToDevice()
    {
        foreach (var (name, view) in _inputs) _binding.BindInput(name, view);
        _binding.SynchronizeBoundInputs();
    }

    private OrtValue View(Tensor tensor)
    {
        _tensors.Add(tensor);
        return TensorMemory.View(tensor);
    }
}
