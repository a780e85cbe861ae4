using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>The cluster's tracker: one grain per manifest. One that does not answer costs reads of the origin, nothing else.</summary>
internal sealed class GrainTracker(IGrainFactory grains) : IChunkTracker
{
    public async Task<ChunkPlaces> Report(ChunkReport report, CancellationToken cancellation)
    {
        var places = await grains.GetGrain<IWeightsGrain>(report.ManifestDigest).Report(new WeightsReport(
            report.ChunkCount, report.Node, report.Address.AbsoluteUri, report.Have, [.. report.Reading], [.. report.Wanted], report.GrantMax,
            [.. report.Distrusted]));
        return new ChunkPlaces(
            [.. places.Peers.Select(peer => new ChunkPeer(peer.SiloId, new Uri(peer.Address), peer.Have))], places.Granted, places.Claimed);
    }
}
