using Microsoft.Extensions.DependencyInjection;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class StorageServicesTests : IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public async Task Every_port_is_registered_over_one_database()
    {
        await using var services = new ServiceCollection().AddLogging().AddSqliteStorage(_folder.Options).BuildServiceProvider(validateScopes: true);
        await services.GetRequiredService<IJobStore>().Insert(Job("j1"), Cancellation);
        Assert.Empty(await services.GetRequiredService<IModelStore>().List(Cancellation));
        Assert.Empty(await services.GetRequiredService<IKeyStore>().List(Cancellation));
        Assert.Equal(0, (await services.GetRequiredService<IUsageStore>().Read("acme", new(2026, 3, 1), Cancellation)).PictureCount);
        Assert.NotEmpty(await services.GetRequiredService<IArtifactStore>().Put(new byte[1], Cancellation));
        Assert.Same(services.GetRequiredService<SqliteDatabase>(), services.GetRequiredService<SqliteDatabase>());
        Assert.True(File.Exists(_folder.Options.DatabaseFile));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
