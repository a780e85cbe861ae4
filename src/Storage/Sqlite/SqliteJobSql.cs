namespace OrleansDiffusion.Storage;

/// <summary>Where SQLite needs other words than PostgreSQL: it has no arrays, and JSON in their place.</summary>
internal static class SqliteJobSql
{
    private const string Ids = "SELECT value FROM json_each(@Ids)";

    public const string Loosen =
        $"INSERT INTO loose_artifacts (artifact_id) SELECT artifact_id FROM job_artifacts WHERE job_id IN ({Ids})";

    public const string Delete = $"DELETE FROM jobs WHERE id IN ({Ids})";

    public const string ForgetLoose = "DELETE FROM loose_artifacts WHERE number = @Number";
}
