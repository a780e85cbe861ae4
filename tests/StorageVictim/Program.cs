using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

// Accepts jobs as fast as it can and says each id once it is accepted, until it is killed.
await using var database = new SqliteDatabase(new() { DataFolder = args[0] }, TimeProvider.System);
var store = new SqliteJobStore(database);
await Task.WhenAll(Enumerable.Range(0, 16).Select(AcceptForever));

async Task AcceptForever(int caller)
{
    for (var number = 0; ; number++)
    {
        var job = await store.Insert(Job($"job-{caller}-{number}"), CancellationToken.None);
        Console.WriteLine(job.Id);
    }
}

static JobRecord Job(string id) => new()
{
    Id = id,
    TenantId = "default",
    RequestDigest = "",
    CreatedAt = TimeProvider.System.GetUtcNow(),
    Spec = new()
    {
        Model = "emoji",
        ModelVersion = "1",
        Prompt = "a red apple",
        Width = 64,
        Height = 64,
        Steps = 25,
        Guidance = 5,
        Seed = 7,
        Count = 1,
        Sampler = "ddim",
        Format = "png",
        QualityPercent = 90,
    },
};
