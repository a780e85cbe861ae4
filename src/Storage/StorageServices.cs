using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansDiffusion.Storage;

/// <summary>The embedded stores of a node: one SQLite file and one folder of artifacts.</summary>
public static class StorageServices
{
    /// <summary>Registers every store port over <paramref name="options"/>. Uses the host's TimeProvider where it has one.</summary>
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
}
