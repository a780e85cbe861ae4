using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Grains.Tests;
using OrleansDiffusion.Silo.Models;
using OrleansDiffusion.Silo.Tests.Loading;
using OrleansDiffusion.Silo.Tests.Peers;
using OrleansDiffusion.Weights;
using OrleansDiffusion.Weights.Tests.Downloads;
using Barrier = OrleansDiffusion.Grains.Tests.Barrier;

namespace OrleansDiffusion.Silo.Tests.Downloads;

/// <summary>Silos that share no folder, with a model that was added by its address.</summary>
public sealed class FetchedClusterTests
{
    [Fact]
    public async Task The_origin_is_read_once_for_all_silos()
    {
        var totalBytes = (await ModelManifest.Read(EmojiNode.Source)).TotalBytes;
        await using var server = await FolderServer.Start(EmojiNode.Source);
        await using var cluster = await PeerCluster.WithFetched(server.Address.AbsoluteUri);
        var (picture, _) = await cluster.Draw();
        var first = cluster.Silos[0];
        cluster.TakeFetchedFoldersAway();

        var others = new[] { await cluster.StartSilo(), await cluster.StartSilo() };
        await cluster.Want(3);
        foreach (var other in others) await cluster.ReadyOn(other);
        Assert.Equal(totalBytes, server.SentBytes);
        await cluster.Kill(first);

        Assert.Equal(picture, (await cluster.Draw()).Picture);
    }

    [Fact]
    public async Task When_the_only_silo_that_had_it_is_gone_one_of_the_others_fetches_it_again()
    {
        var totalBytes = (await ModelManifest.Read(EmojiNode.Source)).TotalBytes;
        await using var server = await FolderServer.Start(EmojiNode.Source);
        await using var cluster = await PeerCluster.WithFetched(server.Address.AbsoluteUri);
        var (picture, _) = await cluster.Draw();
        var first = cluster.Silos[0];
        cluster.TakeFetchedFoldersAway();

        var others = new[] { await cluster.StartSilo(), await cluster.StartSilo() };
        await cluster.Kill(first);
        await cluster.Want(2);
        foreach (var other in others) await cluster.ReadyOn(other);

        Assert.Equal(2 * totalBytes, server.SentBytes);
        Assert.Equal(picture, (await cluster.Draw()).Picture);
    }

    [Fact]
    public async Task Silos_that_have_only_parts_of_it_have_one_of_them_fetch_it_again()
    {
        var totalBytes = (await ModelManifest.Read(EmojiNode.Source)).TotalBytes;
        await using var server = await FolderServer.Start(EmojiNode.Source);
        await using var cluster = await PeerCluster.WithFetched(server.Address.AbsoluteUri);
        var (picture, _) = await cluster.Draw();
        var (first, barriers) = (cluster.Silos[0], new[] { new Barrier(), new Barrier() });
        cluster.Between = (silo, peers) => silo == 0 ? peers : new HeldAfterSome(peers, barriers[silo - 1]);
        cluster.TakeFetchedFoldersAway();
        var others = new[] { await cluster.StartSilo(), await cluster.StartSilo() };
        await cluster.Want(3);
        foreach (var barrier in barriers) await barrier.Reached;

        await cluster.Kill(first);
        await cluster.Want(2);
        foreach (var barrier in barriers) barrier.Open();
        foreach (var other in others) await cluster.ReadyOn(other);

        Assert.Equal(2 * totalBytes, server.SentBytes);
        Assert.Equal(picture, (await cluster.Draw()).Picture);
    }

    [Fact]
    public async Task What_was_fetched_goes_when_the_model_is_not_registered_any_more_and_not_before()
    {
        await using var server = await FolderServer.Start(EmojiNode.Source);
        await using var cluster = await PeerCluster.WithFetched(server.Address.AbsoluteUri, importsKept: TimeSpan.FromMilliseconds(200));
        var sweep = cluster.Silos[0].ServiceProvider.GetRequiredService<ImportSweep>();
        await sweep.Look();
        await Task.Delay(TimeSpan.FromMilliseconds(250), TestContext.Current.CancellationToken); // More than it would be kept.
        await sweep.Look();
        Assert.Single(cluster.FetchedFolders());

        await cluster.Grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).Remove("emoji");

        await new Func<Task<int>>(() => Task.FromResult(cluster.FetchedFolders().Count)).Until(count => count == 0);
    }

    /// <summary>Lets a few chunks through, and no more before it is opened.</summary>
    private sealed class HeldAfterSome(IChunkPeers peers, Barrier barrier) : IChunkPeers
    {
        private const int SomeCount = 8;

        private int _count;

        public async Task<bool> Read(Uri peer, Chunk chunk, Memory<byte> into, CancellationToken cancellation)
        {
            if (into.Length > 0 && Interlocked.Increment(ref _count) > SomeCount) await barrier.Pass().WaitAsync(cancellation);
            return await peers.Read(peer, chunk, into, cancellation);
        }
    }
}
