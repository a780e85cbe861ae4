using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>A fetch as a loader sees it: whose files are there when.</summary>
internal sealed class FetchedWeights(ModelFetch fetch) : IWeightsArrival
{
    public LoadedWeights Bytes
    {
        get
        {
            var progress = fetch.Progress;
            return new LoadedWeights(progress.TotalBytes, progress.CacheBytes, progress.PeerBytes, progress.OriginBytes);
        }
    }

    public Task WhenArrived(string relativePath, CancellationToken cancellation) => fetch.WhenArrived(relativePath, cancellation);
}

/// <summary>
/// Of a silo that does not see the folder of the import. What no peer has now may be with one that the tracker has not heard
/// yet: it forgets everything when its own silo dies. So it waits for as long as all others need to say what they have.
/// </summary>
internal sealed class NoOrigin(TimeProvider time) : IWeightsOrigin
{
    public string Name => "no origin";

    public async Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation)
    {
        await Task.Delay(ChunkTracker.SilenceMax, time, cancellation);
        throw new WeightsException(WeightsError.OriginFailed, $"{path} is on no silo that can be asked, and this machine does not see the import's folder.");
    }
}
