using System.IO.MemoryMappedFiles;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// A component's weights as they lie in the page cache, for the runtime to read where they are: nothing is copied, and the
/// bytes may come after the mapping. It must live longer than every session over it.
/// </summary>
internal sealed class MappedWeights : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly List<(string Name, OrtValue Value)> _initializers = [];

    private MappedWeights(string path, IReadOnlyList<ExternalWeight> index, Task arrival)
    {
        (Folder, Arrival) = (Path.GetDirectoryName(Path.GetFullPath(path))!, arrival);
        if (index.Count == 0) return;
        (_file, var lengthBytes) = Open(path);
        try
        {
            if (index.Max(weight => weight.Offset + weight.Bytes) > lengthBytes)
                throw new InferenceException($"{path} is cut short: it has {lengthBytes} bytes, and the graph beside it needs more.");
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            var start = _view.SafeMemoryMappedViewHandle.DangerousGetHandle() + (nint)_view.PointerOffset;
            foreach (var weight in index) _initializers.Add((weight.Name, View(start + (nint)weight.Offset, weight)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the file lies.</summary>
    public string Folder { get; }

    /// <summary>Completes when every byte is there; fails when it will not come.</summary>
    public Task Arrival { get; }

    public bool HasArrived => Arrival.IsCompletedSuccessfully;

    /// <param name="path">The component's file of weights, at its full length.</param>
    /// <param name="index">What lies where in it; empty for a graph that carries its few numbers itself.</param>
    /// <param name="arrival">Of the file's bytes.</param>
    /// <exception cref="InferenceException">There is no such file, or it is shorter than the index says.</exception>
    public static MappedWeights Map(string path, IReadOnlyList<ExternalWeight> index, Task arrival) => new(path, index, arrival);

    /// <summary>Gives the weights to a session that is about to be made.</summary>
    public void AddTo(SessionOptions options)
    {
        foreach (var (name, value) in _initializers) options.AddInitializer(name, value);
    }

    public void Dispose()
    {
        foreach (var (_, value) in _initializers) value.Dispose();
        _initializers.Clear();
        _view?.Dispose();
        _file?.Dispose();
    }

    private static OrtValue View(nint numbers, ExternalWeight weight) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, (TensorElementType)weight.Type, [.. weight.Shape], numbers, weight.Bytes);

    /// <summary>Shared with whoever fills it: no lock of the operating system is taken.</summary>
    private static (MemoryMappedFile File, long Bytes) Open(string path)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = stream.Length;
            var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return (file, bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InferenceException($"{path} could not be mapped: {exception.Message}", exception);
        }
    }
}
