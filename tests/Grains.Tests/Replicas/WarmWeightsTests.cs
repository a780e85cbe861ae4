namespace OrleansDiffusion.Grains.Tests;

/// <summary>What a silo remembers having read.</summary>
public sealed class WarmWeightsTests
{
    private readonly WarmWeights _weights = new();

    [Fact]
    public void The_newest_comes_first_and_none_twice()
    {
        foreach (var version in (string[])["a", "b", "a"]) _weights.Read(version);
        Assert.Equal(["a", "b"], _weights.Newest);
    }

    [Fact]
    public void The_oldest_is_forgotten()
    {
        for (var i = 0; i <= WarmWeights.CountMax; i++) _weights.Read($"v{i}");
        Assert.Equal(WarmWeights.CountMax, _weights.Newest.Count);
        Assert.DoesNotContain("v0", _weights.Newest);
        Assert.Equal($"v{WarmWeights.CountMax}", _weights.Newest[0]);
    }
}
