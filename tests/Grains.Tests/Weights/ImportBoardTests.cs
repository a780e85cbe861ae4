using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Who has an import and who makes it, on a clock that the test moves.</summary>
public sealed class ImportBoardTests
{
    private readonly HashSet<string> _dead = new(StringComparer.Ordinal);
    private readonly ImportBoard _board;
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public ImportBoardTests() => _board = new ImportBoard(_dead.Contains);

    [Fact]
    public void One_silo_imports_and_after_it_nobody_needs_to()
    {
        Assert.True(_board.Claim("a", _now));
        Assert.True(_board.Claim("a", _now));
        Assert.False(_board.Claim("b", _now));

        _board.Offer(Of("a"), _now);
        _board.Leave("a");

        Assert.False(_board.Claim("b", _now));
        Assert.Equal([Of("a")], _board.Find(_now));
    }

    [Fact]
    public void An_import_that_failed_is_left_to_another_silo()
    {
        _board.Claim("a", _now);
        _board.Leave("b");
        Assert.False(_board.Claim("b", _now));

        _board.Leave("a");
        Assert.True(_board.Claim("b", _now));
    }

    [Fact]
    public void A_silo_that_died_neither_imports_nor_offers()
    {
        _board.Claim("a", _now);
        _dead.Add("a");
        Assert.True(_board.Claim("b", _now));

        _board.Offer(Of("b"), _now);
        _dead.Add("b");
        Assert.Empty(_board.Find(_now));
    }

    [Fact]
    public void Silence_ends_an_offer_and_a_claim_that_takes_too_long_ends_too()
    {
        _board.Offer(Of("a"), _now);
        _now += ImportBoard.SilenceMax;
        Assert.Single(_board.Find(_now));
        _now += TimeSpan.FromTicks(1);
        Assert.Empty(_board.Find(_now));

        _board.Claim("a", _now);
        _now += ImportBoard.ClaimMax;
        Assert.False(_board.Claim("b", _now));
        _now += TimeSpan.FromTicks(1);
        Assert.True(_board.Claim("b", _now));
    }

    [Fact]
    public void The_manifest_that_most_silos_have_comes_first()
    {
        _board.Offer(Of("a", "1"), _now);
        _board.Offer(Of("c", "2"), _now);
        _board.Offer(Of("b", "2"), _now);

        Assert.Equal(["b", "c", "a"], _board.Find(_now).Select(offer => offer.SiloId));
    }

    private static ImportOffer Of(string silo, string digest = "1") => new(digest, silo, $"http://{silo}/");
}
