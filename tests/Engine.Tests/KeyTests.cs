using Orleans.Runtime;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>What a grain is called.</summary>
public sealed class KeyTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    [Fact]
    public async Task A_grain_knows_its_string_key_and_its_id()
    {
        var grain = silos.Client.GetGrain<IStringKeyGrain>("some key/with+signs");
        Assert.Equal("stringkey/some key/with+signs", await grain.Identity().Soon());
        Assert.Equal("some key/with+signs", grain.GetPrimaryKeyString());
    }

    [Fact]
    public async Task A_grain_knows_its_guid_key()
    {
        var key = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        var grain = silos.Client.GetGrain<IGuidKeyGrain>(key);
        Assert.Equal(key, await grain.Key().Soon());
        Assert.Equal(key, grain.GetPrimaryKey());
        Assert.Equal("guidkey/00112233445566778899aabbccddeeff", grain.GetGrainId().ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task A_grain_knows_its_integer_key(long key)
    {
        var grain = silos.Client.GetGrain<IIntegerKeyGrain>(key);
        Assert.Equal(key, await grain.Key().Soon());
        Assert.Equal(key, grain.GetPrimaryKeyLong());
        Assert.Equal($"renamed/{key:X}", grain.GetGrainId().ToString());
    }

    [Fact]
    public async Task A_grain_knows_both_parts_of_a_compound_key()
    {
        var key = Guid.NewGuid();
        var grain = silos.Client.GetGrain<ICompoundKeyGrain>(key, "more");
        Assert.Equal((key, "more"), await grain.Key().Soon());
        Assert.Equal(key, grain.GetPrimaryKey(out var extension));
        Assert.Equal("more", extension);
    }

    [Fact]
    public void References_to_one_grain_are_equal_however_they_came_about()
    {
        var grain = silos.Client.GetGrain<IStringKeyGrain>("k");
        var other = silos.Client.GetGrain<IStringKeyGrain>(GrainId.Create("stringkey", "k"));
        Assert.Equal(grain, other);
        Assert.Equal(grain.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(grain, silos.Client.GetGrain<IStringKeyGrain>("l"));
        Assert.Equal(GrainId.Parse("stringkey/k"), grain.GetGrainId());
    }

    [Fact]
    public async Task A_reference_that_a_grain_sends_of_itself_leads_back_to_it()
    {
        var grain = silos.Client.GetGrain<IStringKeyGrain>("self");
        var returned = await grain.Self().Soon();
        Assert.Equal(grain, returned);
        Assert.Equal("stringkey/self", await returned.Identity().Soon());
    }

    [Fact]
    public void An_interface_that_no_class_implements_has_no_grains() =>
        Assert.Throws<ArgumentException>(() => silos.Client.GetGrain<INowhereGrain>("k"));
}

public interface IStringKeyGrain : IGrainWithStringKey
{
    Task<string> Identity();

    Task<IStringKeyGrain> Self();
}

public sealed class StringKeyGrain : Grain, IStringKeyGrain
{
    public Task<string> Identity() => Task.FromResult(IdentityString);

    public Task<IStringKeyGrain> Self() => Task.FromResult(this.AsReference<IStringKeyGrain>());
}

public interface IGuidKeyGrain : IGrainWithGuidKey
{
    Task<Guid> Key();
}

public sealed class GuidKeyGrain : Grain, IGuidKeyGrain
{
    public Task<Guid> Key() => Task.FromResult(this.GetPrimaryKey());
}

public interface IIntegerKeyGrain : IGrainWithIntegerKey
{
    ValueTask<long> Key();
}

[GrainType("renamed")]
public sealed class IntegerKeyGrain : Grain, IIntegerKeyGrain
{
    public ValueTask<long> Key() => new(this.GetPrimaryKeyLong());
}

public interface ICompoundKeyGrain : IGrainWithGuidCompoundKey
{
    Task<(Guid Key, string? Extension)> Key();
}

public sealed class CompoundKeyGrain : Grain, ICompoundKeyGrain
{
    public Task<(Guid Key, string? Extension)> Key()
    {
        var key = this.GetPrimaryKey(out var extension);
        return Task.FromResult((key, extension));
    }
}

public interface INowhereGrain : IGrainWithStringKey
{
    Task Nothing();
}
