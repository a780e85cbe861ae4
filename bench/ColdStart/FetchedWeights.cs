using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Bench;

/// <summary>A fetch as a loader sees it.</summary>
internal sealed class FetchedWeights(ModelFetch fetch) : IWeightsArrival
{
    public Task WhenArrived(string relativePath, CancellationToken cancellation) => fetch.WhenArrived(relativePath, cancellation);
}

/// <summary>For what must come from a peer.</summary>
internal sealed class NoOrigin : IWeightsOrigin
{
    public string Name => "no origin";

    public Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation) =>
        throw new WeightsException(WeightsError.OriginFailed, $"{path} is on no peer.");
}
