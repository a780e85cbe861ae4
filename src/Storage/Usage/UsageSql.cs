using System.Globalization;

namespace OrleansDiffusion.Storage;

/// <summary>The statements of the usage store. Dialect: what SQLite and PostgreSQL have in common.</summary>
internal static class UsageSql
{
    /// <summary>After that many days, no repeat of a job's report is expected any more and its mark is forgotten.</summary>
    public const int MarkDaysMax = 40;

    public const string Mark =
        "INSERT INTO usage_jobs (tenant_id, job_id, day) VALUES (@TenantId, @JobId, @Day) ON CONFLICT (tenant_id, job_id) DO NOTHING";

    public const string Sum = $"""
        INSERT INTO usage_days (tenant_id, day, device_seconds, picture_count) VALUES (@TenantId, @Day, @DeviceSeconds, @PictureCount)
        {AddToDay}
        """;

    public const string AddToDay = """
        ON CONFLICT (tenant_id, day) DO UPDATE SET device_seconds = usage_days.device_seconds + excluded.device_seconds,
          picture_count = usage_days.picture_count + excluded.picture_count
        """;

    public const string Forget = "DELETE FROM usage_jobs WHERE day < @Oldest";

    public const string Read =
        "SELECT device_seconds AS DeviceSeconds, picture_count AS PictureCount FROM usage_days WHERE tenant_id = @TenantId AND day = @Day";

    /// <summary>Days as text that sorts.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static object Parameters(string tenantId, DateOnly day, string jobId, double deviceSeconds, int pictureCount) => new
    {
        TenantId = tenantId,
        Day = Text(day),
        JobId = jobId,
        DeviceSeconds = deviceSeconds,
        PictureCount = (long)pictureCount,
        Oldest = Text(day.AddDays(-MarkDaysMax)),
    };
}
