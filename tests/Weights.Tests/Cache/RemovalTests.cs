namespace OrleansDiffusion.Weights.Tests.Cache;

/// <summary>A model that leaves the cache since nobody wants it any more.</summary>
public sealed class RemovalTests : IDisposable
{
    private static readonly byte[] Shared = [.. Enumerable.Range(0, 3000).Select(i => (byte)i)];
    private static readonly SmallModel One = SmallModel.With(("text_encoder/a", Shared), ("unet/a", new byte[2000]));
    private static readonly SmallModel Two = SmallModel.With(("text_encoder/b", Shared), ("unet/b", new byte[1000]));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task It_goes_for_good_but_for_what_others_have_of_it()
    {
        await using (var cache = Open())
        {
            using (var lease = cache.Lease(One.Manifest)) One.PutAll(lease);
            using (var lease = cache.Lease(Two.Manifest))
            {
                Two.PutAll(lease);
                await lease.WhenStored(TestContext.Current.CancellationToken);
                Assert.False(cache.TryRemove(Two.Manifest.Digest)); // It is held.
            }

            Assert.True(cache.TryRemove(One.Manifest.Digest));
            Assert.False(cache.TryRemove(One.Manifest.Digest));
            Assert.Equal(Two.Manifest.ContentBytes, cache.UsedBytes);
        }

        await using var after = Open();
        Assert.Equal(Two.Manifest.Digest, Assert.Single(after.Models).ManifestDigest);
        Two.AssertSame(after.Models.Single().Folder);
    }

    public void Dispose() => _folder.Dispose();

    private WeightsCache Open() => new(new WeightsCacheOptions { Folder = _folder.Path, BudgetBytes = 10_000 }, TimeProvider.System);
}
