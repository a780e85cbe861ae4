using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>
/// Everything that waits is written in one transaction, so that many callers share one sync of the disk; each is
/// answered after the commit. Group commit: DeWitt et al., "Implementation Techniques for Main Memory Database
/// Systems" (SIGMOD 1984), section 5.2.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    // In WAL mode FULL makes a commit wait for the disk; NORMAL leaves its pages to the operating system, which keeps
    // them whatever happens to this process.
    private const string WaitForDisk = "PRAGMA synchronous = FULL";
    private const string LeaveToSystem = "PRAGMA synchronous = NORMAL";

    private readonly Func<SqliteConnection> _open;
    private readonly Func<Exception, Exception> _translated;
    private readonly Channel<Write> _waiting;
    private readonly int _batchCountMax;
    private readonly Task _loop;
    private SqliteConnection? _connection;
    private string? _used;

    /// <param name="open">Opens the one connection that writes; again after trouble.</param>
    /// <param name="translated">Of what the database throws.</param>
    /// <param name="queueCountMax">Writes waiting at most; further callers wait to be taken in.</param>
    /// <param name="batchCountMax">Writes of one transaction at most.</param>
    public GroupCommit(Func<SqliteConnection> open, Func<Exception, Exception> translated, int queueCountMax, int batchCountMax)
    {
        (_open, _translated, _batchCountMax) = (open, translated, batchCountMax);
        _waiting = Channel.CreateBounded<Write>(new BoundedChannelOptions(queueCountMax) { SingleReader = true });
        _loop = Task.Run(Run);
    }

    /// <summary>The same for a write that was promised to a caller.</summary>
    public Task<T> Do<T>(Func<SqliteConnection, T> write, CancellationToken cancellation) => Do(write, Survives.PowerLoss, cancellation);

    /// <summary>Completes when what <paramref name="write"/> did is committed, as safely as was asked for.</summary>
    /// <param name="write">May run more than once; only the last run is committed.</param>
    /// <param name="survives">A batch is as safe as the write in it that wants most.</param>
    /// <param name="cancellation">Stops waiting; the write may happen nevertheless.</param>
    public async Task<T> Do<T>(Func<SqliteConnection, T> write, Survives survives, CancellationToken cancellation)
    {
        var item = new Write<T>(write, survives);
        await _waiting.Writer.WriteAsync(item, cancellation);
        return await item.Committed.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
    }

    private async Task Run()
    {
        var batch = new List<Write>(_batchCountMax);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < _batchCountMax && _waiting.Reader.TryRead(out var write)) batch.Add(write);
            Commit(batch);
            batch.Clear();
        }

        _connection?.Dispose();
    }

    private void Commit(List<Write> batch)
    {
        if (TryCommit(batch) is not { } error) return;
        var told = _translated(error);
        var isForAll = told is StorageException { Code: ErrorCode.StorageUnavailable };
        foreach (var write in batch)
        {
            if (batch.Count == 1 || isForAll) write.Fail(told);
            else Commit([write]); // One bad write must not fail its neighbours, and a small one may still fit.
        }
    }

    /// <summary>Null when the batch is committed and its callers are answered.</summary>
    private Exception? TryCommit(List<Write> batch)
    {
        try
        {
            _connection ??= Open();
            Use(batch.Exists(write => write.Survives == Survives.PowerLoss) ? WaitForDisk : LeaveToSystem);
            _connection.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch) write.Run(_connection);
            _connection.Execute("COMMIT");
        }
        catch (Exception error)
        {
            // Closing rolls back, and leaves nothing of a connection that may have met a disk error.
            _connection?.Dispose();
            _connection = null;
            return error;
        }

        foreach (var write in batch) write.Succeed();
        return null;
    }

    private SqliteConnection Open()
    {
        _used = null;
        return _open();
    }

    /// <summary>Outside of a transaction only; the setting stays with the connection.</summary>
    private void Use(string synchronous)
    {
        if (_used == synchronous) return;
        _connection!.Execute(synchronous);
        _used = synchronous;
    }

    private abstract class Write(Survives survives)
    {
        public Survives Survives { get; } = survives;

        public abstract void Run(SqliteConnection connection);

        public abstract void Succeed();

        public abstract void Fail(Exception error);
    }

    private sealed class Write<T>(Func<SqliteConnection, T> write, Survives survives) : Write(survives)
    {
        // Asynchronously: a caller's code must not run on the writer's loop.
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Committed => _done.Task;

        public override void Run(SqliteConnection connection) => _result = write(connection);

        public override void Succeed() => _done.SetResult(_result!);

        public override void Fail(Exception error) => _done.SetException(error);
    }
}
