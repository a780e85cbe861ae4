using Microsoft.Data.Sqlite;
using OrleansDiffusion.Jobs;
using SQLitePCL;

namespace OrleansDiffusion.Storage;

/// <summary>Turns the database's troubles into ours, by result code. What is our own mistake (a constraint, bad SQL) stays as it is.</summary>
internal static class SqliteErrors
{
    public static StorageException? Translated(SqliteException error, string file) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new(ErrorCode.StorageFull, $"The database {file} cannot grow: the disk or its limit is full.", error),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => Unavailable(file, "cannot be written", error),
        raw.SQLITE_CANTOPEN => Unavailable(file, "cannot be opened", error),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Unavailable(file, "is locked by another process", error),
        raw.SQLITE_IOERR => Unavailable(file, "cannot be read or written", error),
        raw.SQLITE_CORRUPT => Unavailable(file, "is damaged", error),
        raw.SQLITE_NOTADB => Unavailable(file, "is not a database", error),
        _ => null,
    };

    private static StorageException Unavailable(string file, string what, SqliteException error) =>
        new(ErrorCode.StorageUnavailable, $"The database {file} {what}: {error.Message}", error);
}
