using Microsoft.Extensions.Logging.Abstractions;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>A data folder of its own for one test.</summary>
internal sealed class DataFolder : IAsyncDisposable
{
    private readonly List<SqliteDatabase> _databases = [];

    public string Path { get; } = Directory.CreateTempSubdirectory("od-storage-").FullName;

    public StorageOptions Options => new() { DataFolder = Path };

    public SqliteDatabase Open(StorageOptions? options = null)
    {
        var database = new SqliteDatabase(options ?? Options, TimeProvider.System);
        _databases.Add(database);
        return database;
    }

    public FolderArtifactStore OpenArtifacts() => new(Options, NullLogger<FolderArtifactStore>.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases) await database.DisposeAsync();
        Directory.Delete(Path, recursive: true);
    }
}
