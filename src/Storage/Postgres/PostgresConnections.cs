using Npgsql;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>Reads connection strings, and adds what we want where they say nothing of it.</summary>
internal static class PostgresConnections
{
    /// <summary>Per node: a commit takes milliseconds, and a server has 100 for all nodes by default.</summary>
    private const int PoolCountMax = 20;

    /// <summary>Statements kept prepared per connection; all stores together have fewer.</summary>
    private const int PreparedCountMax = 40;

    /// <exception cref="StorageException">It cannot be read. The message does not repeat it: it may hold a password.</exception>
    public static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            var given = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrEmpty(given.Host)) throw NotReadable();
            if (!given.ContainsKey("Maximum Pool Size")) given.MaxPoolSize = Math.Max(PoolCountMax, given.MinPoolSize);
            if (!given.ContainsKey("Max Auto Prepare")) given.MaxAutoPrepare = PreparedCountMax;
            if (!given.ContainsKey("Application Name")) given.ApplicationName = "od";
            return given;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw NotReadable(); // Without its cause, whose message may quote a part of a password.
        }
    }

    /// <summary>How messages call a database: never with user or password.</summary>
    public static string NameOf(NpgsqlConnectionStringBuilder connection) =>
        $"{connection.Database ?? connection.Username} at {connection.Host}:{connection.Port}";

    private static StorageException NotReadable() => new(
        ErrorCode.StorageUnavailable,
        "The PostgreSQL connection string cannot be read. It has the form Host=...;Port=5432;Database=...;Username=...;Password=...");
}
