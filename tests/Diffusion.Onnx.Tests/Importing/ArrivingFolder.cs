using System.Collections.Concurrent;
using IoPath = System.IO.Path;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Importing;

/// <summary>
/// A copy of an imported folder of which only the small files are there: weights are holes of full length, filled when a test
/// says so.
/// </summary>
internal sealed class ArrivingFolder : IWeightsArrival, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _complete;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _weights = [];

    public ArrivingFolder(string complete)
    {
        _complete = complete;
        foreach (var file in Directory.EnumerateFiles(complete, "*", SearchOption.AllDirectories))
        {
            var path = IoPath.GetRelativePath(complete, file);
            var copy = _folder.Write(path, IoPath.GetFileName(path) == ImportedGraph.WeightsFile ? [] : File.ReadAllBytes(file));
            if (IoPath.GetFileName(path) != ImportedGraph.WeightsFile) continue;
            using var hole = File.OpenWrite(copy);
            hole.SetLength(new FileInfo(file).Length);
            _weights[path] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public string Path => _folder.Path;

    public Task WhenArrived(string relativePath, CancellationToken cancellation) =>
        _weights.TryGetValue(relativePath, out var arrival) ? arrival.Task.WaitAsync(cancellation) : Task.CompletedTask;

    public void Fill(string component)
    {
        var file = $"{component}/{ImportedGraph.WeightsFile}";
        using (var filled = new FileStream(IoPath.Combine(Path, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            filled.Write(File.ReadAllBytes(IoPath.Combine(_complete, file)));
        }

        _weights[file].SetResult();
    }

    public void Fail(string component, Exception reason) => _weights[$"{component}/{ImportedGraph.WeightsFile}"].SetException(reason);

    public void Dispose() => _folder.Dispose();
}
