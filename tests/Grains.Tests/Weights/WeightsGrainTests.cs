using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>The tracker as a grain: what silos tell it crosses grain borders, and those that died are forgotten at once.</summary>
public sealed class WeightsGrainTests
{
    // Silos' names here are of the year 2030: the engine takes one that it never saw, and that is older than those it knows, for dead.

    [Fact]
    public async Task A_silo_learns_what_the_others_have_and_each_chunk_is_granted_to_one()
    {
        await using var world = await World.Start();
        var grain = world.Grains.GetGrain<IWeightsGrain>("digest");

        var first = await grain.Report(Report("10.0.0.1:11111@1900000000", have: 0b01, wanted: [1, 2]));
        var second = await grain.Report(Report("10.0.0.2:11111@1900000000", have: 0b00, wanted: [0, 1, 2]));

        Assert.Empty(first.Peers);
        Assert.Equal([1, 2], first.Granted);
        var peer = Assert.Single(second.Peers);
        Assert.Equal(("10.0.0.1:11111@1900000000", "http://10.0.0.1:8090/"), (peer.SiloId, peer.Address));
        Assert.Equal([0b01], peer.Have);
        Assert.Empty(second.Granted);
        Assert.Equal([1, 2], second.Claimed.Order());
    }

    [Fact]
    public async Task A_silo_that_died_is_no_peer_any_more_and_what_it_read_is_granted_to_another()
    {
        await using var world = await World.Start(options => options.SiloCount = 2);
        var grain = world.Grains.GetGrain<IWeightsGrain>("digest");
        var dying = world.Cluster.Silos[1];
        var name = dying.SiloAddress.ToParsableString();
        await grain.Report(Report(name, have: 0b01, wanted: [1]));

        await world.Cluster.KillSiloAsync(dying);

        // Whichever silo had the grain: the one that is left knows nothing of the dead one's chunks, or forgets them.
        var places = await new Func<Task<WeightsPlaces?>>(Ask).Until(places => places is { Peers.Length: 0, Granted.Length: 2 });
        Assert.Empty(places!.Claimed);

        async Task<WeightsPlaces?> Ask()
        {
            try
            {
                return await grain.Report(Report("10.0.0.2:11111@1900000000", have: 0b00, wanted: [0, 1])).WaitAsync(TimeSpan.FromSeconds(2));
            }
            catch (Exception lost) when (lost is TimeoutException or Orleans.Runtime.OrleansException)
            {
                return null; // It went to the silo that was dying.
            }
        }
    }

    [Fact]
    public async Task The_import_of_a_model_is_found_by_its_name()
    {
        await using var world = await World.Start();
        var board = world.Grains.GetGrain<IImportsGrain>("0123456789ab-cpu");
        Assert.Empty(await board.Find());
        Assert.True(await board.Claim("10.0.0.1:11111@1900000000"));

        var offer = new ImportOffer("digest", "10.0.0.1:11111@1900000000", "http://10.0.0.1:8090/");
        await board.Offer(offer);
        await board.Leave("10.0.0.1:11111@1900000000");

        Assert.Equal([offer], await board.Find());
        Assert.False(await board.Claim("10.0.0.2:11111@1900000000"));
    }

    private static WeightsReport Report(string silo, byte have, int[] wanted) => new(3, silo, "http://10.0.0.1:8090/", [have], [], wanted, 4, []);
}
