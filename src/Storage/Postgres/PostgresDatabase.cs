using Npgsql;

namespace OrleansDiffusion.Storage;

/// <summary>
/// The database that the nodes of a cluster share. Each call has a connection of the node's pool to itself; commits that
/// come together share a sync of the server's disk, which PostgreSQL does by itself. The stores over it share it.
/// </summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly string _name;
    private volatile bool _isPrepared;

    /// <exception cref="StorageException">The connection string cannot be read.</exception>
    public PostgresDatabase(PostgresStorageOptions options)
    {
        var settings = PostgresConnections.Read(options.ConnectionString);
        (_name, _source) = (PostgresConnections.NameOf(settings), NpgsqlDataSource.Create(settings));
    }

    /// <summary>Looks whether the database has this program's schema. Every other method does it when nobody did.</summary>
    /// <exception cref="StorageException">It has not, or cannot be reached; the message says what to do.</exception>
    public async Task Prepare(CancellationToken cancellation)
    {
        if (!_isPrepared) await Use(connection => Check(connection, cancellation), cancellation);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Runs <paramref name="work"/> on a connection of its own.</summary>
    /// <exception cref="StorageException">The database cannot be reached or refuses.</exception>
    internal async Task<T> Do<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        await Prepare(cancellation);
        return await Use(work, cancellation);
    }

    private async Task<T> Use<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellation);
            return await work(connection);
        }
        catch (Exception error) when (PostgresErrors.Translated(error, _name) is { } translated)
        {
            // A server that comes back is found by new connections, not by each of the old ones failing once more.
            if (PostgresErrors.MeansLostServer(error)) _source.Clear();
            throw translated;
        }
    }

    private async Task<bool> Check(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await PostgresMigrations.Check(connection, _name, cancellation);
        return _isPrepared = true;
    }
}
