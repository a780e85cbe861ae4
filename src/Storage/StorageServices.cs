using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace OrleansDiffusion.Storage;

/// <summary>The stores of a node: embedded, or those that the nodes of a cluster share.</summary>
public static class StorageServices
{
    /// <summary>Every store port over one SQLite file and one folder of artifacts. Uses the host's TimeProvider where it has one.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, StorageOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<IJobStore, SqliteJobStore>();
        services.AddSingleton<IModelStore, SqliteModelStore>();
        services.AddSingleton<IKeyStore, SqliteKeyStore>();
        services.AddSingleton<IUsageStore, SqliteUsageStore>();
        services.AddSingleton<IArtifactStore, FolderArtifactStore>();
        return services;
    }

    /// <summary>
    /// Every store port over one PostgreSQL database and one folder of artifacts, which all nodes share. The database is
    /// prepared with <see cref="PostgresMigrations.ApplyAsync"/>, not by a node.
    /// </summary>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services, PostgresStorageOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<PostgresDatabase>();
        services.AddSingleton<IJobStore, PostgresJobStore>();
        services.AddSingleton<IModelStore, PostgresModelStore>();
        services.AddSingleton<IKeyStore, PostgresKeyStore>();
        services.AddSingleton<IUsageStore, PostgresUsageStore>();
        services.AddSingleton<IArtifactStore>(provider =>
            new FolderArtifactStore(options.ArtifactFolder, provider.GetRequiredService<ILogger<FolderArtifactStore>>()));
        return services;
    }
}
