using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public abstract class ArtifactStoreContract
{
    /// <summary>SHA-256 of the three bytes "abc" (FIPS 180-4, example B.1).</summary>
    protected const string AbcId = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /// <summary>After everything that a test stores.</summary>
    private static readonly DateTimeOffset Later = TimeProvider.System.GetUtcNow().AddDays(1);

    protected abstract IArtifactStore Store { get; }

    [Fact]
    public async Task A_file_is_named_by_its_content_and_read_back()
    {
        Assert.Equal(AbcId, await Store.Put("abc"u8.ToArray(), Cancellation));
        Assert.Equal("abc"u8.ToArray(), await Read(AbcId));
    }

    [Fact]
    public async Task The_same_bytes_are_one_file()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Put("abc"u8.ToArray(), Cancellation)));
        Assert.Equal([AbcId], ids.Distinct());
        Assert.True(await Store.Delete(AbcId, Later, Cancellation));
        Assert.Null(await Store.Open(AbcId, Cancellation));
    }

    [Fact]
    public async Task An_empty_file_and_a_large_one_are_files_too()
    {
        var large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        foreach (var file in new[] { [], large }) Assert.Equal(file, await Read(await Store.Put(file, Cancellation)));
    }

    [Fact]
    public async Task A_stream_can_be_read_from_anywhere()
    {
        await Store.Put("abc"u8.ToArray(), Cancellation);
        await using var stream = (await Store.Open(AbcId, Cancellation))!;
        Assert.Equal(3, stream.Length);
        stream.Position = 2;
        Assert.Equal('c', stream.ReadByte());
        stream.Position = 0;
        Assert.Equal('a', stream.ReadByte());
    }

    [Fact]
    public async Task A_deleted_file_is_gone_and_deleting_it_again_changes_nothing()
    {
        await Store.Put("abc"u8.ToArray(), Cancellation);
        Assert.True(await Store.Delete(AbcId, Later, Cancellation));
        Assert.Null(await Store.Open(AbcId, Cancellation));
        Assert.True(await Store.Delete(AbcId, Later, Cancellation));
        await Store.Put("abc"u8.ToArray(), Cancellation);
        Assert.Equal("abc"u8.ToArray(), await Read(AbcId));
    }

    [Fact]
    public async Task A_file_that_was_stored_lately_stays()
    {
        await Store.Put("abc"u8.ToArray(), Cancellation);
        Assert.False(await Store.Delete(AbcId, Later.AddDays(-2), Cancellation));
        Assert.Equal("abc"u8.ToArray(), await Read(AbcId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("ba/../bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task What_is_no_id_names_no_file(string id)
    {
        await Store.Put("abc"u8.ToArray(), Cancellation);
        Assert.Null(await Store.Open(id, Cancellation));
        Assert.True(await Store.Delete(id, Later, Cancellation));
        Assert.Equal("abc"u8.ToArray(), await Read(AbcId));
    }

    protected async Task<byte[]> Read(string id)
    {
        await using var stream = (await Store.Open(id, Cancellation))!;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Cancellation);
        return copy.ToArray();
    }
}
