using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public abstract class ModelStoreContract
{
    protected abstract IModelStore Store { get; }

    [Fact]
    public async Task Models_are_listed_by_name_exactly_as_they_were_put()
    {
        await Store.Put(Entry("sd"), Cancellation);
        await Store.Put(Entry("emoji"), Cancellation);
        AssertSame<IReadOnlyList<ModelEntry>>([Entry("emoji"), Entry("sd")], await Store.List(Cancellation));
    }

    [Fact]
    public async Task A_model_of_the_same_name_is_replaced()
    {
        await Store.Put(Entry("sd"), Cancellation);
        await Store.Put(Entry("sd") with { Version = "v2" }, Cancellation);
        AssertSame<IReadOnlyList<ModelEntry>>([Entry("sd") with { Version = "v2" }], await Store.List(Cancellation));
    }

    [Fact]
    public async Task A_removed_model_is_gone_once()
    {
        await Store.Put(Entry("sd"), Cancellation);
        Assert.True(await Store.Remove("sd", Cancellation));
        Assert.False(await Store.Remove("sd", Cancellation));
        Assert.Empty(await Store.List(Cancellation));
    }

    private static ModelEntry Entry(string name) => new()
    {
        Name = name,
        Version = "v1",
        Folder = "/models/" + name,
        FileBytes = 12,
        MemoryBytes = 34L << 30,
        Measured = new("cpu", 30L << 30),
        AddedAt = Noon.AddTicks(7),
        Policy = new()
        {
            Min = 0, Max = 3, Step = 2, Standby = 1, KeepAlive = TimeSpan.FromSeconds(90.5), QueueCountMax = 5, BatchMax = 4,
            KeepAliveQuantile = 0.9, KeepAliveMax = TimeSpan.FromHours(3), WaitWorth = 2.5, StandbyLapses = true, WeightsStandby = 6,
            Schedules = [new() { Days = Weekdays.Friday | Weekdays.Sunday, From = new(9, 0), To = new(18, 0), Zone = "Europe/Berlin", Min = 2 }],
            Needs = new() { Provider = "cuda", Labels = new Dictionary<string, string> { ["gpu"] = "h100" } },
        },
        Facts = new()
        {
            Family = "sd",
            SideMultiple = 8,
            SideMin = 64,
            SideMax = 1024,
            DefaultWidth = 512,
            DefaultHeight = 512,
            DefaultSteps = 25,
            DefaultGuidance = 7.5,
            DefaultSampler = "ddim",
            Samplers = ["ddim", "euler"],
            PromptTokenCountMax = 77,
        },
    };
}

public abstract class KeyStoreContract
{
    protected abstract IKeyStore Store { get; }

    [Fact]
    public async Task A_key_is_found_by_its_hash_exactly_as_it_was_put()
    {
        await Store.Put(Key("k1"), Cancellation);
        await Store.Put(Key("k2") with { IsAdmin = true }, Cancellation);
        Assert.Equal(Key("k1"), await Store.FindByHash("hash of k1", Cancellation));
        Assert.Equal(Key("k2") with { IsAdmin = true }, await Store.FindByHash("hash of k2", Cancellation));
        Assert.Null(await Store.FindByHash("hash of k", Cancellation));
    }

    [Fact]
    public async Task A_key_of_the_same_id_is_replaced_and_its_old_secret_is_void()
    {
        await Store.Put(Key("k1"), Cancellation);
        await Store.Put(Key("k1") with { Hash = "new" }, Cancellation);
        Assert.Null(await Store.FindByHash("hash of k1", Cancellation));
        Assert.Equal([Key("k1") with { Hash = "new" }], await Store.List(Cancellation));
    }

    [Fact]
    public async Task Keys_are_listed_by_age_and_a_removed_one_is_gone_once()
    {
        await Store.Put(Key("k2", second: 1), Cancellation);
        await Store.Put(Key("k1", second: 2), Cancellation);
        await Store.Put(Key("k3", second: 2), Cancellation);
        Assert.Equal(["k2", "k1", "k3"], (await Store.List(Cancellation)).Select(key => key.Id));
        Assert.True(await Store.Remove("k1", Cancellation));
        Assert.False(await Store.Remove("k1", Cancellation));
        Assert.Null(await Store.FindByHash("hash of k1", Cancellation));
    }

    private static ApiKey Key(string id, int second = 0) => new(id, "hash of " + id, "acme", false, Noon.AddSeconds(second));
}

public abstract class UsageStoreContract
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    protected abstract IUsageStore Store { get; }

    [Fact]
    public async Task Usage_adds_up_per_tenant_and_day()
    {
        await Store.Add("acme", Today, "j1", 1.5, 2, Cancellation);
        await Store.Add("acme", Today, "j2", 2.25, 1, Cancellation);
        await Store.Add("acme", Today.AddDays(1), "j3", 10, 4, Cancellation);
        await Store.Add("other", Today, "j1", 100, 8, Cancellation);
        Assert.Equal(new("acme", Today, 3.75, 3), await Store.Read("acme", Today, Cancellation));
        Assert.Equal(new("acme", Today.AddDays(1), 10, 4), await Store.Read("acme", Today.AddDays(1), Cancellation));
        Assert.Equal(new("other", Today, 100, 8), await Store.Read("other", Today, Cancellation));
        Assert.Equal(new UsageOfDay("nobody", Today, 0, 0), await Store.Read("nobody", Today, Cancellation));
    }

    [Fact]
    public async Task A_job_is_counted_once_even_when_it_is_reported_again_after_midnight()
    {
        await Store.Add("acme", Today, "j1", 1.5, 2, Cancellation);
        await Store.Add("acme", Today, "j1", 1.5, 2, Cancellation);
        await Store.Add("acme", Today.AddDays(1), "j1", 1.5, 2, Cancellation);
        Assert.Equal(new("acme", Today, 1.5, 2), await Store.Read("acme", Today, Cancellation));
        Assert.Equal(new UsageOfDay("acme", Today.AddDays(1), 0, 0), await Store.Read("acme", Today.AddDays(1), Cancellation));
    }
}
