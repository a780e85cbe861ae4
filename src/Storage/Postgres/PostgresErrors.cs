using System.Net.Sockets;
using Npgsql;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>
/// Turns the database's troubles into ours, by SQLSTATE (PostgreSQL manual, appendix A). What is our own mistake (a
/// constraint, bad SQL) stays as it is.
/// </summary>
internal static class PostgresErrors
{
    /// <param name="error">What Npgsql threw.</param>
    /// <param name="name">Of the database, without user and password.</param>
    public static StorageException? Translated(Exception error, string name) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
            new(ErrorCode.StorageFull, $"The database {name} cannot grow: the disk of its server is full.", error),
        PostgresException server when What(server.SqlState) is { } what => Unavailable(name, what, server.MessageText, server),
        PostgresException => null,
        NpgsqlException { InnerException: TimeoutException } => Unavailable(name, "did not answer in time", error.Message, error),
        NpgsqlException { InnerException: { } cause } => Unavailable(name, "cannot be reached", cause.Message, error),
        NpgsqlException or SocketException or IOException or TimeoutException => Unavailable(name, "cannot be reached", error.Message, error),
        _ => null,
    };

    /// <summary>Whether pooled connections have likely gone with the one that failed.</summary>
    public static bool MeansLostServer(Exception error) => error switch
    {
        PostgresException server => Class(server.SqlState) is "08" || server.SqlState.StartsWith("57P", StringComparison.Ordinal),
        _ => error.InnerException is not TimeoutException,
    };

    private static string? What(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.CannotConnectNow => "is starting up or shutting down",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => "was shut down",
        PostgresErrorCodes.IdleSessionTimeout or PostgresErrorCodes.DatabaseDropped => "ended the connection",
        PostgresErrorCodes.QueryCanceled => "did not finish in time",
        PostgresErrorCodes.TooManyConnections => "has no connection left; raise its max_connections or lower Maximum Pool Size",
        PostgresErrorCodes.InvalidCatalogName => "does not exist; create it, then run `od db migrate`",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "refuses the user or the password",
        PostgresErrorCodes.InsufficientPrivilege => "does not let this user do it",
        PostgresErrorCodes.ReadOnlySqlTransaction => "is read-only; name its primary server",
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable =>
            "is locked by another node",
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => "is damaged",
        _ when Class(sqlState) is "08" => "cannot be reached",
        _ when Class(sqlState) is "53" => "has too few resources",
        _ when Class(sqlState) is "58" => "cannot be read or written",
        _ => null,
    };

    private static string Class(string sqlState) => sqlState.Length < 2 ? "" : sqlState[..2];

    private static StorageException Unavailable(string name, string what, string why, Exception error) =>
        new(ErrorCode.StorageUnavailable, $"The database {name} {what}: {why.TrimEnd('.')}.", error);
}
