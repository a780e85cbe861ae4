using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Silo;

/// <summary>The stores of a data folder without a node on it: for keys, which are made before a server starts.</summary>
public sealed class NodeStorage : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private NodeStorage(ServiceProvider services) => _services = services;

    public IKeyStore Keys => _services.GetRequiredService<IKeyStore>();

    /// <exception cref="StorageException">The folder cannot be written, or holds a newer version's data.</exception>
    public static async Task<NodeStorage> OpenAsync(string dataFolder, CancellationToken cancellation)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSqliteStorage(new StorageOptions { DataFolder = dataFolder })
            .BuildServiceProvider();
        await services.GetRequiredService<IJobStore>().Prepare(cancellation);
        return new NodeStorage(services);
    }

    public static async Task<int> CountKeysAsync(string dataFolder, CancellationToken cancellation)
    {
        if (!Directory.Exists(dataFolder)) return 0;
        await using var storage = await OpenAsync(dataFolder, cancellation);
        return (await storage.Keys.List(cancellation)).Count;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
