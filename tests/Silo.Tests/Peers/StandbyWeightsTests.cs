using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Grains.Tests;
using OrleansDiffusion.Silo.Replicas;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Tests.Peers;

/// <summary>The third depth of standby, with real silos and real bytes.</summary>
public sealed class StandbyWeightsTests
{
    [Fact]
    public async Task A_second_silo_has_the_weights_on_its_disk_and_in_memory_before_anybody_loads_them_there()
    {
        await using var cluster = await PeerCluster.WithImport(memoryBytes: 1 << 28);
        var (picture, _) = await cluster.Draw();
        cluster.TakeModelFolderAway();
        var second = await cluster.StartSilo();
        await cluster.HoldAhead(1);

        var ahead = await cluster.Ahead(weights => weights.MemoryCount == 1);
        var weights = PeerCluster.WeightsOf(second);
        var model = weights.Cache.Models.Single();

        Assert.Equal((1, 1, model.Bytes), (ahead.Target, ahead.DiskCount, ahead.Bytes));
        Assert.True(model.Have.IsFull);
        Assert.Equal([model.ManifestDigest], weights.Memory.Digests);
        Assert.Empty(PeerCluster.WeightsOf(cluster.Silos[0]).Memory.Digests); // It has a replica.
        Assert.Single(PeerCluster.Ready(await cluster.Pool(_ => true)));

        await cluster.Want(2);
        await cluster.ReadyOn(second);
        await cluster.Kill(cluster.Silos[0]);
        Assert.Equal(picture, (await cluster.Draw()).Picture);
        Assert.Contains(cluster.Journal.Lines, line => line.Text.EndsWith(
            $"({model.Bytes} here, 0 from silos, 0 from the origin): complete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_held_ahead_is_not_fetched_while_a_model_is_loaded_and_goes_on_afterwards()
    {
        await using var cluster = await PeerCluster.WithImport();
        var (reached, broken) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Between = (silo, peers) => silo == 1 ? new Stalled(peers, reached, broken) : peers;
        var second = await cluster.StartSilo();
        await cluster.HoldAhead(1);
        await reached.Task.Soon();

        using (second.ServiceProvider.GetRequiredService<LoadsUnderWay>().Begin())
        {
            await broken.Task.Soon();
            Assert.False(PeerCluster.WeightsOf(second).Cache.Models.Single().Have.IsFull);
        }

        await cluster.Ahead(weights => weights.DiskCount == 1);
    }

    [Fact]
    public async Task Memory_is_let_go_when_nothing_shall_be_held_ahead_any_more()
    {
        await using var cluster = await PeerCluster.WithImport(memoryBytes: 1 << 28);
        var second = await cluster.StartSilo();
        await cluster.HoldAhead(1);
        await cluster.Ahead(weights => weights.MemoryCount == 1);

        await cluster.HoldAhead(0);

        var ahead = await cluster.Ahead(weights => weights.MemoryCount == 0);
        Assert.Equal((0, 1), (ahead.Target, ahead.DiskCount)); // On the disk it stays until others need the room.
        Assert.Equal(0, PeerCluster.WeightsOf(second).Memory.UsedBytes);
    }

    /// <summary>The first chunk does not come until it is not wanted any more.</summary>
    private sealed class Stalled(IChunkPeers peers, TaskCompletionSource reached, TaskCompletionSource broken) : IChunkPeers
    {
        private int _count;

        public async Task<bool> Read(Uri peer, Chunk chunk, Memory<byte> into, CancellationToken cancellation)
        {
            if (Interlocked.Increment(ref _count) > 1) return await peers.Read(peer, chunk, into, cancellation);
            reached.TrySetResult();
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (cancellation.Register(() => stopped.TrySetResult())) await stopped.Task;
            broken.TrySetResult();
            throw new OperationCanceledException(cancellation);
        }
    }
}
