using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Silo;

/// <summary>
/// The stores of a data folder or a database without a node on them: for keys, which are made before a server starts, and
/// for who checks afterwards what is there.
/// </summary>
public sealed class NodeStorage : IAsyncDisposable
{
    /// <summary>Keys need no folder for pictures, and none is made.</summary>
    private const string NoPictures = "";

    private readonly ServiceProvider _services;

    private NodeStorage(ServiceProvider services) => _services = services;

    public IJobStore Jobs => _services.GetRequiredService<IJobStore>();

    public IKeyStore Keys => _services.GetRequiredService<IKeyStore>();

    /// <exception cref="StorageException">The folder cannot be written, or holds a newer version's data.</exception>
    public static Task<NodeStorage> OpenAsync(string dataFolder, CancellationToken cancellation) =>
        OpenAsync(new ServiceCollection().AddSqliteStorage(new StorageOptions { DataFolder = dataFolder }), cancellation);

    /// <exception cref="StorageException">The database cannot be reached, or is not of this version (od db migrate).</exception>
    public static Task<NodeStorage> OpenDatabaseAsync(string database, CancellationToken cancellation) =>
        OpenAsync(new ServiceCollection().AddPostgresStorage(new PostgresStorageOptions { ConnectionString = database, ArtifactFolder = NoPictures }), cancellation);

    public static async Task<int> CountKeysAsync(string dataFolder, CancellationToken cancellation)
    {
        if (!Directory.Exists(dataFolder)) return 0;
        await using var storage = await OpenAsync(dataFolder, cancellation);
        return (await storage.Keys.List(cancellation)).Count;
    }

    private static async Task<NodeStorage> OpenAsync(IServiceCollection stores, CancellationToken cancellation)
    {
        var services = stores.AddLogging().BuildServiceProvider();
        await services.GetRequiredService<IJobStore>().Prepare(cancellation);
        return new NodeStorage(services);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
