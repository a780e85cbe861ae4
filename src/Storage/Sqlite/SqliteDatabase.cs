using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>
/// The one database file of a node, od.db in its data folder: one writer that commits in groups, several readers. The
/// stores over it share it.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    private readonly StorageOptions _options;
    private readonly TimeProvider _time;
    private readonly SqliteConnections _connections;
    private readonly GroupCommit _writer;
    private readonly SqliteReaders _readers;
    private readonly SemaphoreSlim _preparing = new(1);
    private volatile bool _isPrepared;

    public SqliteDatabase(StorageOptions options, TimeProvider time)
    {
        (_options, _time, _connections) = (options, time, new(options));
        _writer = new(_connections.OpenWriter, Translated, options.WriteQueueCountMax, options.WriteBatchCountMax);
        _readers = new(_connections.Open, options.ReaderCountMax);
    }

    /// <summary>Creates the folder, the file and the tables that are missing. Every other method does it when nobody did.</summary>
    /// <exception cref="StorageException">The folder cannot be written, or the file is no database or too new a one.</exception>
    public async Task Prepare(CancellationToken cancellation)
    {
        if (_isPrepared) return;
        await _preparing.WaitAsync(cancellation);
        try
        {
            if (!_isPrepared) await Task.Run(Create, cancellation);
            _isPrepared = true;
        }
        finally
        {
            _preparing.Release();
        }
    }

    /// <summary>Finishes the writes that wait, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
        _preparing.Dispose();
    }

    /// <summary>Returns when what <paramref name="write"/> did is committed.</summary>
    internal Task<T> Write<T>(Func<SqliteConnection, T> write, CancellationToken cancellation) =>
        Write(write, Survives.PowerLoss, cancellation);

    /// <summary>Returns when what <paramref name="write"/> did is committed.</summary>
    internal async Task<T> Write<T>(Func<SqliteConnection, T> write, Survives survives, CancellationToken cancellation)
    {
        await Prepare(cancellation);
        try
        {
            return await _writer.Do(write, survives, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteDatabase));
        }
    }

    internal async Task<T> Read<T>(Func<SqliteConnection, T> read, CancellationToken cancellation)
    {
        await Prepare(cancellation);
        try
        {
            return await _readers.Do(read, cancellation);
        }
        catch (SqliteException error) when (SqliteErrors.Translated(error, _options.DatabaseFile) is { } translated)
        {
            throw translated;
        }
    }

    private void Create()
    {
        DurableFolder.CreateWritable(_options.DataFolder);
        try
        {
            using var connection = _connections.OpenWriter();
            SqliteMigrations.Apply(connection, _time);
        }
        catch (SqliteException error) when (SqliteErrors.Translated(error, _options.DatabaseFile) is { } translated)
        {
            throw translated;
        }
    }

    private Exception Translated(Exception error) =>
        error is SqliteException sqlite && SqliteErrors.Translated(sqlite, _options.DatabaseFile) is { } translated ? translated : error;
}
