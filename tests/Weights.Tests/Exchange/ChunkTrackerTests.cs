namespace OrleansDiffusion.Weights.Tests.Exchange;

public sealed class ChunkTrackerTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ChunkTracker _tracker = new(10);

    [Fact]
    public void Everybody_learns_what_the_others_have_and_not_of_itself()
    {
        Report("a", have: [1, 2]);
        Report("b", have: [2]);

        var places = Report("c", have: [9]);

        Assert.Equal(["a", "b"], places.Peers.Select(peer => peer.Node));
        Assert.Equal([1, 2], ChunkSet.FromBytes(10, places.Peers[0].Have)!.Numbers);
        Assert.Equal((1, 2, 0), (_tracker.HoldersOf(1), _tracker.HoldersOf(2), _tracker.HoldersOf(3)));
    }

    [Fact]
    public void A_chunk_is_granted_to_one_node_only()
    {
        Assert.Equal([0, 1], Report("a", wanted: [0, 1, 2], grantMax: 2).Granted);

        var second = Report("b", wanted: [0, 1, 2, 3], grantMax: 2);

        Assert.Equal([2, 3], second.Granted);
        Assert.Equal([0, 1], second.Claimed.Order());
    }

    [Fact]
    public void What_somebody_has_is_not_granted_unless_he_is_distrusted()
    {
        Report("a", have: [0]);

        Assert.Empty(Report("b", wanted: [0]).Granted);
        Assert.Equal([0], Report("b", wanted: [0], distrusted: ["a"]).Granted);
    }

    [Fact]
    public void A_claim_ends_when_its_holder_no_longer_reads()
    {
        Report("a", wanted: [0]);
        Report("a", reading: [0]);
        Assert.Empty(Report("b", wanted: [0]).Granted);

        Report("a");

        Assert.Equal([0], Report("b", wanted: [0]).Granted);
    }

    [Fact]
    public void A_claim_that_takes_too_long_is_given_to_one_more()
    {
        Report("a", wanted: [0]);
        for (var passed = TimeSpan.FromSeconds(10); passed < ChunkTracker.ClaimMax; passed += TimeSpan.FromSeconds(10))
            Assert.Equal([0], Report("b", after: passed, reader: "a").Claimed);

        Assert.Equal([0], Report("b", wanted: [0], after: ChunkTracker.ClaimMax, reader: "a").Granted);
    }

    [Fact]
    public void Who_is_silent_is_forgotten_with_his_claims()
    {
        Report("a", have: [5], wanted: [0]);

        var before = Report("b", wanted: [0], after: ChunkTracker.SilenceMax);
        var after = Report("b", wanted: [0], after: ChunkTracker.SilenceMax + TimeSpan.FromTicks(1));

        Assert.Equal(("a", 0), (before.Peers.Single().Node, before.Granted.Count));
        Assert.Empty(after.Peers);
        Assert.Equal([0], after.Granted);
    }

    [Fact]
    public void Who_died_is_forgotten_at_once()
    {
        Report("a", have: [5], wanted: [0]);
        _tracker.Forget("a");

        var places = Report("b", wanted: [0, 5], grantMax: 2);

        Assert.Empty(places.Peers);
        Assert.Equal([0, 5], places.Granted);
    }

    [Fact]
    public void A_report_about_something_else_changes_nothing()
    {
        var report = new ChunkReport("m", 99, "a", new Uri("http://a/"), new byte[13], [], [0, -1, 10, 0], 9, []);

        Assert.Empty(_tracker.Report(report, Start).Granted);
        Assert.Empty(_tracker.Nodes);
        Assert.Equal([0], _tracker.Report(report with { Have = new byte[2] }, Start).Granted);
    }

    [Fact]
    public void Of_many_each_node_gets_the_next_ones_after_itself()
    {
        for (var node = 0; node < 50; node++) Report($"n{node:00}", have: [node % 10]);

        var peers = Report("n40", have: [1]).Peers.Select(peer => peer.Node).ToList();

        Assert.Equal(ChunkTracker.PeerCountMax, peers.Count);
        Assert.Equal(("n41", "n49", "n00", "n22"), (peers[0], peers[8], peers[9], peers[31]));
    }

    private ChunkPlaces Report(
        string node, int[]? have = null, int[]? reading = null, int[]? wanted = null, int grantMax = 1, string[]? distrusted = null,
        TimeSpan after = default, string? reader = null)
    {
        if (reader is not null) Report(reader, reading: [0], after: after);
        var set = ChunkSet.Of(10, have ?? []).ToBytes();
        var report = new ChunkReport("m", 10, node, new Uri($"http://{node}/"), set, reading ?? [], wanted ?? [], grantMax, distrusted ?? []);
        return _tracker.Report(report, Start + after);
    }
}
