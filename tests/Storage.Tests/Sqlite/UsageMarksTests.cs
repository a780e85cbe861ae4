using Dapper;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class UsageMarksTests : IAsyncDisposable
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    private readonly DataFolder _folder = new();

    [Fact]
    public async Task Marks_of_counted_jobs_do_not_pile_up_and_the_sums_stay()
    {
        var database = _folder.Open();
        var store = new SqliteUsageStore(database);
        await store.Add("acme", Today.AddDays(-41), "old", 1, 1, Cancellation);
        await store.Add("acme", Today.AddDays(-40), "kept", 1, 1, Cancellation);
        await store.Add("acme", Today, "new", 1, 1, Cancellation);

        var marks = await database.Read(connection => connection.Query<string>("SELECT job_id FROM usage_jobs ORDER BY job_id").AsList(), Cancellation);
        Assert.Equal(["kept", "new"], marks);
        Assert.Equal(1, (await store.Read("acme", Today.AddDays(-41), Cancellation)).PictureCount);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
