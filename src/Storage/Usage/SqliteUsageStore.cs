using System.Globalization;
using Dapper;

namespace OrleansDiffusion.Storage;

/// <summary>Usage per tenant and day in the node's own database file.</summary>
public sealed class SqliteUsageStore(SqliteDatabase database) : IUsageStore
{
    /// <summary>After that many days, no repeat of a job's report is expected any more and its mark is forgotten.</summary>
    private const int MarkDaysMax = 40;

    private const string Mark = "INSERT INTO usage_jobs (tenant_id, job_id, day) VALUES (@tenantId, @jobId, @day) ON CONFLICT DO NOTHING";

    private const string Sum = """
        INSERT INTO usage_days (tenant_id, day, device_seconds, picture_count) VALUES (@tenantId, @day, @deviceSeconds, @pictureCount)
        ON CONFLICT (tenant_id, day) DO UPDATE SET device_seconds = device_seconds + excluded.device_seconds,
          picture_count = picture_count + excluded.picture_count
        """;

    public Task Add(string tenantId, DateOnly day, string jobId, double deviceSeconds, int pictureCount, CancellationToken cancellation)
    {
        var parameters = new { tenantId, day = Text(day), jobId, deviceSeconds, pictureCount, oldest = Text(day.AddDays(-MarkDaysMax)) };
        return database.Write(
            connection =>
            {
                if (connection.Execute(Mark, parameters) == 0) return false;
                connection.Execute(Sum, parameters);
                connection.Execute("DELETE FROM usage_jobs WHERE day < @oldest", parameters);
                return true;
            },
            cancellation);
    }

    public Task<UsageOfDay> Read(string tenantId, DateOnly day, CancellationToken cancellation) => database.Read(
        connection =>
        {
            var (deviceSeconds, pictureCount) = connection.QuerySingleOrDefault<(double, long)>(
                "SELECT device_seconds, picture_count FROM usage_days WHERE tenant_id = @tenantId AND day = @day",
                new { tenantId, day = Text(day) });
            return new UsageOfDay(tenantId, day, deviceSeconds, pictureCount);
        },
        cancellation);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
