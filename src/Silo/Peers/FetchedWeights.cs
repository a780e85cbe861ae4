using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>A fetch as a loader sees it: whose files are there when.</summary>
internal sealed class FetchedWeights(ModelFetch fetch) : IWeightsArrival
{
    public FetchedBytes Bytes
    {
        get
        {
            var progress = fetch.Progress;
            return new FetchedBytes(progress.TotalBytes, progress.CacheBytes, progress.PeerBytes, progress.OriginBytes);
        }
    }

    public Task WhenArrived(string relativePath, CancellationToken cancellation) => fetch.WhenArrived(relativePath, cancellation);
}

/// <summary>Of a silo that does not see the folder of the import: what no peer has will not come.</summary>
internal sealed class NoOrigin : IWeightsOrigin
{
    public static NoOrigin Instance { get; } = new();

    public string Name => "no origin";

    public Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation) =>
        throw new WeightsException(WeightsError.OriginFailed, $"{path} is on no silo that can be asked, and this machine does not see the import's folder.");
}
