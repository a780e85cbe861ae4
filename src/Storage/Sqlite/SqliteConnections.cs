using Dapper;
using Microsoft.Data.Sqlite;

namespace OrleansDiffusion.Storage;

/// <summary>Opens connections that all behave the same.</summary>
internal sealed class SqliteConnections(StorageOptions options)
{
    private const int BusyMilliseconds = 5000;

    /// <summary>What the write-ahead log keeps of the disk after a peak.</summary>
    private const int LogBytesMax = 64 << 20;

    // Our own pool keeps connections open, with their settings, which the driver's pool would not.
    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = options.DatabaseFile,
        Mode = SqliteOpenMode.ReadWriteCreate,
        Pooling = false,
        DefaultTimeout = BusyMilliseconds / 1000,
    }.ToString();

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();

            // FULL makes a commit wait for the disk in WAL mode too, so that it survives a power loss and not only a crash.
            connection.Execute($"""
                PRAGMA busy_timeout = {BusyMilliseconds}; PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = {LogBytesMax};
                PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteConnection OpenWriter()
    {
        var connection = Open();
        if (options.DatabaseBytesMax is { } bytesMax)
        {
            var pageBytes = connection.ExecuteScalar<long>("PRAGMA page_size");
            connection.Execute($"PRAGMA max_page_count = {Math.Max(1, bytesMax / pageBytes)}");
        }

        return connection;
    }
}
