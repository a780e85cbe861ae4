using System.Globalization;
using System.Reflection;
using Dapper;
using Npgsql;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>
/// Brings a database to the schema of this program: numbered scripts, forwards only, each in a transaction of its own,
/// once. They hold our tables and those in which Orleans' silos find each other.
/// </summary>
public static class PostgresMigrations
{
    private const string Prefix = "PostgresMigrations.";

    /// <summary>Held while a script runs, so that of several migrators one applies it and the others find it done. Any number would do.</summary>
    private const long LockKey = 0x6F64_6D69_6772;

    private const string CreateVersions =
        "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, script TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())";

    /// <summary>Resources "PostgresMigrations.0001_what_it_does", in order.</summary>
    private static readonly IReadOnlyList<Script> Scripts = typeof(PostgresMigrations).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => new Script(int.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture), name[Prefix.Length..]))
        .OrderBy(script => script.Version)
        .ToList();

    /// <summary>The newest schema that this program knows.</summary>
    public static int NewestVersion => Scripts[^1].Version;

    /// <summary>Applies what is missing. Several may do so at once.</summary>
    /// <returns>The names of the scripts that this call applied, in order.</returns>
    /// <exception cref="StorageException">The database cannot be reached, is newer than this program, or holds something else.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(string connectionString, CancellationToken cancellation)
    {
        // Not pooled: whoever migrates is done afterwards. Without a time limit: an index over many jobs takes long.
        var settings = PostgresConnections.Read(connectionString);
        (settings.Pooling, settings.CommandTimeout) = (false, 0);
        var name = PostgresConnections.NameOf(settings);
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellation);
            List<string> applied = [];
            while (await ApplyNext(connection, name, cancellation) is { } script) applied.Add(script.Name);
            return applied;
        }
        catch (Exception error) when (PostgresErrors.Translated(error, name) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Refuses what this program cannot work with.</summary>
    /// <exception cref="StorageException">The schema is missing, older or newer; the message says what to do.</exception>
    internal static async Task Check(NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        const string find = "SELECT to_regclass('schema_version') IS NOT NULL";
        var isThere = await connection.ExecuteScalarAsync<bool>(new(find, cancellationToken: cancellation));
        var version = isThere ? await VersionOf(connection, cancellation) : 0;
        if (version > NewestVersion) throw TooNew(name, version);
        if (version == NewestVersion) return;
        var what = version == 0 ? "has no tables of this program yet" : $"has schema {version}, and this program needs {NewestVersion}";
        throw new StorageException(ErrorCode.StorageUnavailable, $"The database {name} {what}: run `od db migrate`.");
    }

    /// <summary>One script in one transaction, or null when none is missing.</summary>
    private static async Task<Script?> ApplyNext(NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(new($"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken: cancellation));
        await connection.ExecuteAsync(new(CreateVersions, cancellationToken: cancellation));
        var version = await VersionOf(connection, cancellation);
        if (version > NewestVersion) throw TooNew(name, version);
        if (Scripts.FirstOrDefault(script => script.Version > version) is not { } next) return null;
        await Run(next, connection, name, cancellation);
        await transaction.CommitAsync(cancellation);
        return next;
    }

    private static async Task Run(Script script, NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        try
        {
            await connection.ExecuteAsync(new(await script.Text(cancellation), cancellationToken: cancellation));
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateFunction)
        {
            throw new StorageException(
                ErrorCode.StorageUnavailable,
                $"The database {name} holds something else already ({script.Name}: {error.MessageText}). "
                + "Use a database, or a Search Path, of its own.",
                error);
        }

        const string mark = "INSERT INTO schema_version (version, script) VALUES (@Version, @Name)";
        var row = new { Version = (long)script.Version, script.Name };
        await connection.ExecuteAsync(new(mark, row, cancellationToken: cancellation));
    }

    private static Task<long> VersionOf(NpgsqlConnection connection, CancellationToken cancellation) =>
        connection.ExecuteScalarAsync<long>(new("SELECT coalesce(max(version), 0) FROM schema_version", cancellationToken: cancellation));

    private static StorageException TooNew(string name, long version) => new(
        ErrorCode.StorageUnavailable,
        $"The database {name} has schema {version}, and this program knows schemas up to {NewestVersion}. Use a newer program or another database.");

    private sealed record Script(int Version, string Name)
    {
        public async Task<string> Text(CancellationToken cancellation)
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + Name)!);
            return await reader.ReadToEndAsync(cancellation);
        }
    }
}
