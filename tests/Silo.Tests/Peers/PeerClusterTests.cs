using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Grains.Tests;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Peers;
using OrleansDiffusion.Weights;
using Barrier = OrleansDiffusion.Grains.Tests.Barrier;

namespace OrleansDiffusion.Silo.Tests.Peers;

/// <summary>Silos that load from each other, with all that can go wrong: the picture is always the same.</summary>
public sealed class PeerClusterTests
{
    [Fact]
    public async Task A_silo_that_does_not_see_the_models_folder_loads_from_another_and_draws_the_same_picture()
    {
        await using var cluster = await PeerCluster.WithImport();
        var first = cluster.Silos[0];
        var (picture, _) = await cluster.Draw();
        cluster.TakeModelFolderAway();

        var second = await cluster.StartSilo();
        await cluster.Want(2);
        var replica = await cluster.ReadyOn(second);
        await cluster.Kill(first);
        var again = await cluster.Draw();

        Assert.Equal(picture, again.Picture);
        Assert.StartsWith(PeerCluster.Name(second), again.Device);
        Assert.Contains(replica.LoadPhases, phase => phase.Name.EndsWith("fetch", StringComparison.Ordinal));
        var weights = replica.LoadedWeights!;
        Assert.Equal((0, weights.TotalBytes, 0), (weights.CacheBytes, weights.PeerBytes, weights.OriginBytes));
        Assert.InRange(weights.Seconds, 1e-6, replica.LoadSeconds!.Value);
        Assert.Contains(cluster.Journal.Lines, line => line.Text.EndsWith("0 from the origin): complete", StringComparison.Ordinal)
            && !line.Text.Contains(" 0 from silos", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_import_was_measured_to_need_is_in_the_catalog_and_travels_with_its_chunks()
    {
        await using var cluster = await PeerCluster.WithImport();
        var catalog = cluster.Grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog);
        var model = await new Func<Task<ModelEntry?>>(() => catalog.Find("emoji")).Until(model => model?.Measured is not null);
        cluster.TakeModelFolderAway();
        var second = await cluster.StartSilo();
        await cluster.Want(2);

        var replica = await cluster.ReadyOn(second);

        Assert.Equal("cpu", model!.Measured!.Provider);
        Assert.Equal(model.Measured.Bytes, replica.MemoryBytes);
        Assert.Equal(model.Measured.Bytes, ImportTrial.NeedOf(PeerCluster.WeightsOf(second).Cache.Models.Single().Folder));
    }

    [Fact]
    public async Task The_import_of_a_model_that_is_not_registered_any_more_leaves_every_silo()
    {
        await using var cluster = await PeerCluster.WithImport(importsKept: TimeSpan.FromMilliseconds(40));
        var second = await cluster.StartSilo();
        await cluster.Want(2);
        await cluster.ReadyOn(second);
        WeightsCache[] caches = [.. cluster.Silos.Select(silo => PeerCluster.WeightsOf(silo).Cache)];
        Assert.All(caches, cache => Assert.Single(cache.Models));

        await cluster.Grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).Remove("emoji");

        await new Func<Task<int>>(() => Task.FromResult(caches.Sum(cache => cache.Models.Count))).Until(count => count == 0);
        Assert.All(caches, cache => Assert.Equal(0, cache.UsedBytes));
    }

    [Fact]
    public async Task A_silo_that_dies_while_it_gives_chunks_costs_only_time()
    {
        await using var cluster = await PeerCluster.WithImport();
        var (picture, _) = await cluster.Draw();
        cluster.TakeModelFolderAway();
        var second = await cluster.StartSilo();
        await cluster.Want(2);
        await cluster.ReadyOn(second);

        var first = cluster.Silos[0];
        var killed = new TaskCompletionSource();
        cluster.Between = (_, peers) => new FirstChunk(peers, async (_, _) =>
        {
            await first.ServiceProvider.GetRequiredService<ChunkPort>().DisposeAsync();
            killed.TrySetResult();
        });
        var third = await cluster.StartSilo();
        await cluster.Want(3);
        await killed.Task.Soon();
        await cluster.Kill(first);
        await cluster.ReadyOn(third);
        await cluster.Kill(second);

        var again = await cluster.Draw();
        Assert.Equal(picture, again.Picture);
        Assert.StartsWith(PeerCluster.Name(third), again.Device);
    }

    [Fact]
    public async Task A_silo_that_dies_while_it_loads_is_replaced_by_another()
    {
        await using var cluster = await PeerCluster.WithImport();
        cluster.TakeModelFolderAway();
        var barrier = new Barrier();
        cluster.Between = (silo, peers) => silo == 1 ? new FirstChunk(peers, (_, stop) => barrier.Pass().WaitAsync(stop)) : peers;
        var dying = await cluster.StartSilo();
        await cluster.Want(2);
        await barrier.Reached;

        var other = await cluster.StartSilo();
        await cluster.Kill(dying);

        await cluster.ReadyOn(other);
    }

    [Fact]
    public async Task A_chunk_that_is_corrupt_on_the_wire_is_taken_from_another_silo()
    {
        using var figures = new WeightsFigures();
        await using var cluster = await PeerCluster.WithImport();
        var (picture, _) = await cluster.Draw();
        cluster.TakeModelFolderAway();
        var second = await cluster.StartSilo();
        await cluster.Want(2);
        await cluster.ReadyOn(second);

        cluster.Between = (_, peers) => new FirstChunk(peers, (bytes, _) => Task.FromResult(bytes.Span[0] ^= 1));
        var third = await cluster.StartSilo();
        await cluster.Want(3);
        await cluster.ReadyOn(third);
        await cluster.Kill(cluster.Silos[0]);
        await cluster.Kill(second);

        Assert.Equal(picture, (await cluster.Draw()).Picture);
        Assert.Equal(1, figures.Of("od_weights_peers_dropped_total", "corrupt"));
        Assert.Contains(cluster.Journal.Lines, line => line.Text.Contains("is asked for no more chunks", StringComparison.Ordinal)
            && line.Text.Contains("(Corrupt): It gave bytes that are not chunk ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_chunk_that_rotted_on_the_disk_is_found_and_fetched_again_while_the_model_is_in_use()
    {
        using var figures = new WeightsFigures();
        await using var cluster = await PeerCluster.WithImport();
        var (picture, _) = await cluster.Draw();
        cluster.TakeModelFolderAway();
        var second = await cluster.StartSilo();
        await cluster.Want(2);
        await cluster.ReadyOn(second);
        var weights = PeerCluster.WeightsOf(second);
        var model = weights.Cache.Models.Single();
        var unet = model.Manifest.Find("unet/weights.bin")!;
        var file = Path.Combine(weights.Own.CacheFolder, "files", unet.Sha256);
        using (var data = File.OpenHandle(file, access: FileAccess.Write, share: FileShare.ReadWrite)) RandomAccess.Write(data, new byte[4096], 4096);

        var found = await weights.Verify(isChangedOnly: true, _ => new NoOrigin(TimeProvider.System), CancellationToken.None);
        await cluster.Kill(cluster.Silos[0]);

        Assert.Equal([new CorruptChunkFound(unet.Sha256, 0)], found);
        Assert.Equal(picture, (await cluster.Draw()).Picture);
        Assert.Equal(1, figures.Of("od_weights_corrupt_chunks_total", null));
        Assert.Contains(cluster.Journal.Lines, line => line.Text.StartsWith($"Chunk 0 of {unet.Sha256}", StringComparison.Ordinal));
    }

    /// <summary>Does something with the first chunk that comes from a peer.</summary>
    private sealed class FirstChunk(IChunkPeers peers, Func<Memory<byte>, CancellationToken, Task> then) : IChunkPeers
    {
        private int _count;

        public async Task<bool> Read(Uri peer, Chunk chunk, Memory<byte> into, CancellationToken cancellation)
        {
            var isThere = await peers.Read(peer, chunk, into, cancellation);
            if (into.Length > 0 && Interlocked.Increment(ref _count) == 1) await then(into, cancellation);
            return isThere;
        }
    }
}
