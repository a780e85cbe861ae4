using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Grains;

/// <summary>The tracker of one manifest as a mailbox. What the membership says of silos counts sooner than their silence.</summary>
internal sealed class WeightsGrain(Members members, TimeProvider time) : Grain, IWeightsGrain
{
    private ChunkTracker? _tracker;

    public Task<WeightsPlaces> Report(WeightsReport report)
    {
        _tracker ??= new ChunkTracker(report.ChunkCount); // All silos cut the manifest of this digest alike.
        foreach (var dead in _tracker.Nodes.Where(members.IsDead).ToList()) _tracker.Forget(dead);
        var places = _tracker.Report(Read(report), time.GetUtcNow());
        return Task.FromResult(new WeightsPlaces(
            [.. places.Peers.Select(peer => new WeightsPeer(peer.Node, peer.Address.AbsoluteUri, peer.Have))], [.. places.Granted], [.. places.Claimed]));
    }

    private ChunkReport Read(WeightsReport report) => new(
        this.GetPrimaryKeyString(), report.ChunkCount, report.SiloId, new Uri(report.Address), report.Have, report.Reading, report.Wanted,
        report.GrantMax, report.Distrusted);
}
