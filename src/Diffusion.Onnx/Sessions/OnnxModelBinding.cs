using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>Tensors tied to a session's inputs and outputs; a run reads and writes their arrays in place.</summary>
internal sealed class OnnxModelBinding : IModelBinding
{
    private readonly InferenceSession session;
    private readonly InterruptibleRun runs;
    private readonly Action<OnnxModelBinding> released;
    private readonly OrtIoBinding binding;
    private readonly List<(string Name, OrtValue View)> inputs = [];
    private readonly List<OrtValue> outputs = [];

    // The views point into the tensors' pinned arrays, so the arrays must live as long.
    private readonly List<Tensor> tensors = [];
    private readonly bool isHostMemory;

    /// <param name="session">Whose inputs and outputs.</param>
    /// <param name="runs">The session's runs.</param>
    /// <param name="isHostMemory">Whether the device reads the host's memory; if not, inputs are copied to it before each run.</param>
    /// <param name="released">Told once, when the binding is disposed.</param>
    public OnnxModelBinding(InferenceSession session, InterruptibleRun runs, bool isHostMemory, Action<OnnxModelBinding> released)
    {
        this.session = session;
        this.runs = runs;
        this.isHostMemory = isHostMemory;
        this.released = released;
        binding = session.CreateIoBinding();
    }

    public void BindInput(string name, Tensor tensor)
    {
        var view = View(tensor);
        inputs.Add((name, view));
        binding.BindInput(name, view);
    }

    public void BindOutput(string name, Tensor tensor)
    {
        var view = View(tensor);
        outputs.Add(view);
        binding.BindOutput(name, view);
    }

    public void Run(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(binding.IsClosed, this);
        runs.Execute(
            static (options, self) =>
            {
                if (!self.isHostMemory) self.CopyInputsToDevice();
                self.session.RunWithBinding(options, self.binding);
                return true;
            },
            this,
            cancellation);
    }

    public void Dispose()
    {
        if (binding.IsClosed) return;
        binding.Dispose();
        foreach (var (_, view) in inputs) view.Dispose();
        foreach (var view in outputs) view.Dispose();
        tensors.Clear();
        released(this);
    }

    // The runtime copies host memory to the device when an input is bound, not when it runs.
    private void CopyInputsToDevice()
    {
        foreach (var (name, view) in inputs) binding.BindInput(name, view);
        binding.SynchronizeBoundInputs();
    }

    private OrtValue View(Tensor tensor)
    {
        tensors.Add(tensor);
        return TensorMemory.View(tensor);
    }
}
