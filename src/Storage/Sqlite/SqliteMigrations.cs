using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>Brings a database to the schema of this program: numbered scripts, forwards only, each in its turn, once.</summary>
internal static class SqliteMigrations
{
    private const string Prefix = "Migrations.";

    /// <summary>Resources "Migrations.0001_what_it_does", in order.</summary>
    private static readonly IReadOnlyList<(int Version, string Resource)> Scripts = typeof(SqliteMigrations).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => (Version: int.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture), name))
        .OrderBy(script => script.Version)
        .ToList();

    /// <summary>The newest schema that this program knows.</summary>
    public static int NewestVersion => Scripts[^1].Version;

    /// <summary>
    /// Takes the write lock first, so that of several processes one migrates and the others find it done. When it throws,
    /// the caller closes the connection, which rolls back; a full disk may have done so already.
    /// </summary>
    /// <exception cref="StorageException">The database is newer than this program.</exception>
    public static void Apply(SqliteConnection connection, TimeProvider time)
    {
        connection.Execute("BEGIN IMMEDIATE");
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)");
        var version = connection.ExecuteScalar<int>("SELECT coalesce(max(version), 0) FROM schema_version");
        if (version > NewestVersion) throw TooNew(connection.DataSource, version);
        foreach (var script in Scripts.Where(script => script.Version > version))
        {
            connection.Execute(TextOf(script.Resource));
            connection.Execute(
                "INSERT INTO schema_version (version, applied_at) VALUES (@Version, @At)",
                new { script.Version, At = StoredTime.Of(time.GetUtcNow()) });
        }

        connection.Execute("COMMIT");
    }

    private static StorageException TooNew(string file, int version) => new(
        ErrorCode.StorageUnavailable,
        $"The database {file} has schema {version}, and this program knows schemas up to {NewestVersion}. "
        + "Use a newer program or another data folder.");

    private static string TextOf(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
