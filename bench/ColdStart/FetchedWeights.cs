using System.Runtime.InteropServices;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Bench;

/// <summary>A fetch as a loader sees it, and a folder in which every file has its name from the start, as a loader needs it.</summary>
internal sealed partial class FetchedWeights(ModelFetch fetch) : IWeightsArrival
{
    public Task WhenArrived(string relativePath, CancellationToken cancellation) => fetch.WhenArrived(relativePath, cancellation);

    public string NameFiles(string folder)
    {
        foreach (var file in fetch.Manifest.Files)
        {
            var name = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            if (Link(fetch.FillingFile(file.Path), name) != 0) throw new IOException($"{name} cannot be made a second name of a file.");
        }

        return folder;
    }

    /// <summary>A hard one: the runtime refuses weights that a symbolic link leads out of the model's folder to.</summary>
    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}

/// <summary>For what must come from a peer.</summary>
internal sealed class NoOrigin : IWeightsOrigin
{
    public string Name => "no origin";

    public Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation) =>
        throw new WeightsException(WeightsError.OriginFailed, $"{path} is on no peer.");
}
