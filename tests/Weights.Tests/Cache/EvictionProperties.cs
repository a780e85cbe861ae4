using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Weights.Tests.Cache;

/// <summary>Whatever is opened and let go in whatever order: the budget holds, what is used stays, the least recent goes first.</summary>
public sealed class EvictionProperties
{
    private const long BudgetBytes = 10_000;

    private static readonly byte[][] Parts = [.. Enumerable.Range(1, 5).Select(seed => Bytes(seed, 1000 * seed))];

    /// <summary>Every pair of five parts of 1000 to 5000 bytes: neighbours share one.</summary>
    private static readonly SmallModel[] Models =
    [
        .. from one in Enumerable.Range(0, 5)
           from two in Enumerable.Range(one + 1, 4 - one)
           select SmallModel.With(($"unet/{one}", Parts[one]), ($"unet/{two}", Parts[two])),
    ];

    [Fact]
    public void The_budget_holds_and_leases_are_kept()
    {
        var orders = Gen.Choose(0, (2 * Models.Length) - 1).ListOf(25).ToArbitrary();
        Prop.ForAll(orders, order => Play([.. order]).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    private static async Task<bool> Play(int[] order)
    {
        using var folder = new TemporaryFolder();
        var time = new HandClock();
        await using var cache = new WeightsCache(new WeightsCacheOptions { Folder = folder.Path, BudgetBytes = BudgetBytes }, time);
        var leases = new Dictionary<int, ModelLease>();
        var recent = new List<int>();
        foreach (var one in order)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var model = one % Models.Length;
            if (one >= Models.Length) Release(model, leases, recent);
            else if (!leases.ContainsKey(model)) Lease(cache, model, leases, recent);
            Assert.True(cache.UsedBytes <= BudgetBytes);
            Assert.Equal(cache.UsedBytes, Directory.GetFiles(folder.At("files")).Sum(file => new FileInfo(file).Length));
            foreach (var (held, lease) in leases) Models[held].AssertSame(lease.Folder);
        }

        foreach (var lease in leases.Values) lease.Dispose();
        return true;
    }

    private static void Release(int model, Dictionary<int, ModelLease> leases, List<int> recent)
    {
        if (!leases.Remove(model, out var lease)) return;
        lease.Dispose();
        Use(model, recent);
    }

    private static void Lease(WeightsCache cache, int model, Dictionary<int, ModelLease> leases, List<int> recent)
    {
        var held = leases.Keys.Append(model).SelectMany(key => Models[key].Manifest.Contents).DistinctBy(file => file.Sha256).Sum(file => file.Bytes);
        var before = cache.Models.Select(entry => entry.ManifestDigest).ToHashSet();
        try
        {
            var lease = cache.Lease(Models[model].Manifest);
            Assert.True(held <= BudgetBytes);
            leases.Add(model, lease);
            Models[model].PutAll(lease);
            Use(model, recent);
            AssertOldestWent(cache, before, model, leases, recent);
        }
        catch (WeightsException refusal)
        {
            Assert.Equal(WeightsError.CacheFull, refusal.Error);
            Assert.True(held > BudgetBytes);
            Assert.Equal(before, cache.Models.Select(entry => entry.ManifestDigest).ToHashSet());
        }
    }

    /// <summary>Of the models that nobody holds, every one that went was used before every one that stayed.</summary>
    private static void AssertOldestWent(
        WeightsCache cache, HashSet<string> before, int leased, Dictionary<int, ModelLease> leases, List<int> recent)
    {
        var idle = recent.Where(model => model != leased && !leases.ContainsKey(model) && before.Contains(Models[model].Manifest.Digest)).ToList();
        var stayed = idle.Select(model => cache.Find(Models[model].Manifest.Digest) is not null).ToList();
        Assert.Equal(stayed.Order(), stayed);
    }

    private static void Use(int model, List<int> recent)
    {
        recent.Remove(model);
        recent.Add(model);
    }

    private static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
