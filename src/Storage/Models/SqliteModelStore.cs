using Dapper;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>Registered models in the node's own database file.</summary>
public sealed class SqliteModelStore(SqliteDatabase database) : IModelStore
{
    public Task<IReadOnlyList<ModelEntry>> List(CancellationToken cancellation) => database.Read<IReadOnlyList<ModelEntry>>(
        connection => connection.Query<string>(ModelSql.List).Select(ModelSql.Read).ToList(), cancellation);

    public Task Put(ModelEntry model, CancellationToken cancellation)
    {
        var parameters = ModelSql.Parameters(model);
        return database.Write(connection => connection.Execute(ModelSql.Put, parameters), cancellation);
    }

    public Task<bool> Remove(string name, CancellationToken cancellation) =>
        database.Write(connection => connection.Execute(ModelSql.Remove, new { Name = name }) == 1, cancellation);
}
