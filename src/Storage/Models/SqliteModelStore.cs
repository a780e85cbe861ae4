using Dapper;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>Registered models in the node's own database file.</summary>
public sealed class SqliteModelStore(SqliteDatabase database) : IModelStore
{
    public Task<IReadOnlyList<ModelEntry>> List(CancellationToken cancellation) => database.Read<IReadOnlyList<ModelEntry>>(
        connection => connection.Query<string>("SELECT entry FROM models ORDER BY name")
            .Select(json => StorageJson.Read(json, StorageJson.Default.ModelEntry)).ToList(),
        cancellation);

    public Task Put(ModelEntry model, CancellationToken cancellation)
    {
        var row = new { model.Name, Entry = StorageJson.Write(model, StorageJson.Default.ModelEntry) };
        return database.Write(
            connection => connection.Execute(
                "INSERT INTO models (name, entry) VALUES (@Name, @Entry) ON CONFLICT (name) DO UPDATE SET entry = excluded.entry", row),
            cancellation);
    }

    public Task<bool> Remove(string name, CancellationToken cancellation) =>
        database.Write(connection => connection.Execute("DELETE FROM models WHERE name = @name", new { name }) == 1, cancellation);
}
