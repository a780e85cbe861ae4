using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace OrleansDiffusion.Storage;

/// <summary>A few open connections that read beside the writer, which in WAL mode never waits for them nor they for it.</summary>
internal sealed class SqliteReaders(Func<SqliteConnection> open, int countMax) : IDisposable
{
    private readonly SemaphoreSlim _places = new(countMax);
    private readonly ConcurrentBag<SqliteConnection> _free = [];

    /// <summary>Runs on the thread pool, so that no caller's thread waits for the disk.</summary>
    public async Task<T> Do<T>(Func<SqliteConnection, T> read, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Read(read), cancellation);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        while (_free.TryTake(out var connection)) connection.Dispose();
        _places.Dispose();
    }

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        if (!_free.TryTake(out var connection)) connection = open();
        try
        {
            var result = read(connection);
            _free.Add(connection);
            return result;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
