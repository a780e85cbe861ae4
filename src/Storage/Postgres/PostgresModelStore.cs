using Dapper;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>Registered models in the database that all nodes share.</summary>
public sealed class PostgresModelStore(PostgresDatabase database) : IModelStore
{
    public Task<IReadOnlyList<ModelEntry>> List(CancellationToken cancellation)
    {
        var command = new CommandDefinition(ModelSql.List, cancellationToken: cancellation);
        return database.Do<IReadOnlyList<ModelEntry>>(
            async connection => (await connection.QueryAsync<string>(command)).Select(ModelSql.Read).ToList(), cancellation);
    }

    public Task Put(ModelEntry model, CancellationToken cancellation)
    {
        var command = new CommandDefinition(ModelSql.Put, ModelSql.Parameters(model), cancellationToken: cancellation);
        return database.Do(connection => connection.ExecuteAsync(command), cancellation);
    }

    public Task<bool> Remove(string name, CancellationToken cancellation)
    {
        var command = new CommandDefinition(ModelSql.Remove, new { Name = name }, cancellationToken: cancellation);
        return database.Do(async connection => await connection.ExecuteAsync(command) == 1, cancellation);
    }
}
