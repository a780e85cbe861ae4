using Microsoft.ML.OnnxRuntime;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// One ONNX graph in ONNX Runtime. Owns the native session and everything tied to it; the runtime's exceptions do not
/// leave it. Not safe for two runs at once.
/// </summary>
public sealed class OnnxModelSession : IModelSession
{
    private readonly string _graph;
    private readonly InferenceSession _session;
    private readonly GraphSignature _signature;
    private readonly InterruptibleRun _runs;
    private readonly HashSet<OnnxModelBinding> _bindings = [];
    private readonly bool _isHostMemory;
    private readonly MappedWeights? _weights;
    private bool _isDisposed;

    /// <param name="graph">For messages.</param>
    /// <param name="session">Owned, also when this throws.</param>
    /// <param name="weights">What the session reads in place; owned from then on. Null: it has its own.</param>
    /// <param name="isHostMemory">Whether the device reads the host's memory.</param>
    private OnnxModelSession(string graph, InferenceSession session, MappedWeights? weights, bool isHostMemory)
    {
        try
        {
            _signature = GraphSignature.Read(graph, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        (_graph, _session, _weights, _isHostMemory) = (graph, session, weights, isHostMemory);
        _runs = new InterruptibleRun(graph, WhenArrived);
    }

    public IReadOnlyList<TensorSpec> Inputs => _signature.Inputs;

    public IReadOnlyList<TensorSpec> Outputs => _signature.Outputs;

    /// <summary>Completes when it may run; fails when its weights will not come.</summary>
    public Task WhenArrived => _weights?.Arrival ?? Task.CompletedTask;

    /// <summary>Loads a graph, with its external data from the same folder.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <param name="provider">Where it shall run. There is no silent change of provider: see <see cref="OnnxDevices.Choose"/>.</param>
    /// <param name="cancellation">Stops the loading.</param>
    /// <exception cref="InferenceException">The file is missing or broken, or the provider is absent; the message names it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while loading.</exception>
    public static OnnxModelSession Load(string path, OnnxProvider provider, CancellationToken cancellation = default)
    {
        if (!File.Exists(path)) throw new InferenceException($"{path} could not be loaded: there is no such file.");
        var graph = Path.Combine(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? "", Path.GetFileName(path));
        var session = Open(path, () => SessionSettings.Create(provider), options => new InferenceSession(path, options), cancellation);
        return new OnnxModelSession(graph, session, weights: null, IsHostMemory(provider));
    }

    /// <summary>A session over weights that may come later; it refuses to run before.</summary>
    internal static OnnxModelSession Over(MappedWeights weights, ImportedGraph graph, OnnxProvider provider, CancellationToken cancellation = default)
    {
        var session = Open(
            graph.Name, () => SessionSettings.Over(weights, provider), options => new InferenceSession(graph.Bytes, options), cancellation);
        return new OnnxModelSession(graph.Name, session, weights, IsHostMemory(provider));
    }

    /// <summary>A session that was reshaped for this machine, for which its weights must be here.</summary>
    internal static OnnxModelSession Over(
        ArrivedWeights weights, ImportedGraph graph, OnnxProvider provider, CancellationToken cancellation = default)
    {
        var session = Open(
            graph.Name, () => SessionSettings.Over(weights, provider), options => new InferenceSession(graph.Bytes, options), cancellation);
        return new OnnxModelSession(graph.Name, session, weights.Mapped, IsHostMemory(provider));
    }

    public IReadOnlyDictionary<string, Tensor> Run(
        IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<string> outputNames, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _signature.CheckInputs(inputs);
        _signature.CheckOutputNames(outputNames);
        var wanted = outputNames.Count > 0 ? outputNames : [.. Outputs.Select(spec => spec.Name)];
        var views = new Dictionary<string, OrtValue>();
        try
        {
            foreach (var (name, tensor) in inputs) views[name] = TensorMemory.View(tensor);
            using var values = _runs.Execute(
                static (options, call) => call.Session.Run(options, call.Views, call.Wanted), (Session: _session, Views: views, Wanted: wanted), cancellation);
            return wanted.Zip(values).ToDictionary(pair => pair.First, pair => TensorMemory.Copy(_graph, pair.First, pair.Second));
        }
        finally
        {
            foreach (var view in views.Values) view.Dispose();
            GC.KeepAlive(inputs);
        }
    }

    public IModelBinding Bind(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _signature.CheckInputs(inputs);
        _signature.CheckOutputs(outputs);
        var binding = new OnnxModelBinding(_session, _runs, _isHostMemory, released => _bindings.Remove(released));
        try
        {
            foreach (var (name, tensor) in inputs) binding.BindInput(name, tensor);
            foreach (var (name, tensor) in outputs) binding.BindOutput(name, tensor);
        }
        catch (Exception exception)
        {
            binding.Dispose();
            if (OnnxErrors.IsRefusal(exception)) throw OnnxErrors.Refused(_graph, exception);
            throw;
        }

        _bindings.Add(binding);
        return binding;
    }

    /// <summary>Ends the session and its bindings: a native binding must not outlive its session.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        foreach (var binding in _bindings.ToArray()) binding.Dispose();
        _runs.Dispose();
        _session.Dispose();
        _weights?.Dispose();
    }

    private static bool IsHostMemory(OnnxProvider provider) => provider.Name == OnnxProvider.CpuName;

    private static InferenceSession Open(
        string subject, Func<SessionOptions> settings, Func<SessionOptions, InferenceSession> open, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            using var options = settings();
            using var registration = cancellation.UnsafeRegister(
                static options => ((SessionOptions)options!).SetLoadCancellationFlag(true), options);
            return open(options);
        }
        catch (Exception exception) when (OnnxErrors.IsRefusal(exception))
        {
            cancellation.ThrowIfCancellationRequested();
            throw OnnxErrors.Refused($"{subject} could not be loaded", exception);
        }
        catch (Exception exception) when (OnnxErrors.IsMissingLibrary(exception))
        {
            throw OnnxErrors.MissingLibrary(exception);
        }
    }
}
