using Microsoft.Extensions.DependencyInjection;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class StorageServicesTests(PostgresFixture postgres) : IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public async Task Every_port_is_registered_over_one_database()
    {
        await using var services = new ServiceCollection().AddLogging().AddSqliteStorage(_folder.Options).BuildServiceProvider(validateScopes: true);
        await EveryPortWorks(services);
        Assert.Same(services.GetRequiredService<SqliteDatabase>(), services.GetRequiredService<SqliteDatabase>());
        Assert.True(File.Exists(_folder.Options.DatabaseFile));
    }

    [Fact]
    public async Task Every_port_is_registered_over_one_database_and_one_folder_that_nodes_share()
    {
        await using var database = new TestDatabase(postgres);
        await database.InitializeAsync();
        var shared = Path.Combine(_folder.Path, "shared");
        var options = new PostgresStorageOptions { ConnectionString = database.ConnectionString, ArtifactFolder = shared };
        await using var services = new ServiceCollection().AddLogging().AddPostgresStorage(options).BuildServiceProvider(validateScopes: true);
        await EveryPortWorks(services);
        Assert.Same(services.GetRequiredService<PostgresDatabase>(), services.GetRequiredService<PostgresDatabase>());
        Assert.Equal([1], await database.Query<int>("SELECT count(*) FROM jobs"));
        Assert.Single(Directory.EnumerateFiles(options.ArtifactFolder, "*", SearchOption.AllDirectories));
    }

    private static async Task EveryPortWorks(ServiceProvider services)
    {
        await services.GetRequiredService<IJobStore>().Insert(Job("j1"), Cancellation);
        Assert.Empty(await services.GetRequiredService<IModelStore>().List(Cancellation));
        Assert.Empty(await services.GetRequiredService<IKeyStore>().List(Cancellation));
        Assert.Equal(0, (await services.GetRequiredService<IUsageStore>().Read("acme", new(2026, 3, 1), Cancellation)).PictureCount);
        Assert.NotEmpty(await services.GetRequiredService<IArtifactStore>().Put(new byte[1], Cancellation));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
