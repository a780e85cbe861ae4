using Dapper;

namespace OrleansDiffusion.Storage;

/// <summary>Usage per tenant and day in the database that all nodes share.</summary>
public sealed class PostgresUsageStore(PostgresDatabase database) : IUsageStore
{
    /// <summary>
    /// One statement, so that the tenant's row of the day is locked for one commit and no longer. It forgets more marks than
    /// it adds, and none that another node is about to forget.
    /// </summary>
    private const string CountOnce = $"""
        WITH marked AS ({UsageSql.Mark} RETURNING tenant_id, day),
          forgotten AS (DELETE FROM usage_jobs WHERE (tenant_id, job_id) IN (
            SELECT tenant_id, job_id FROM usage_jobs WHERE day < @Oldest ORDER BY day LIMIT 100 FOR UPDATE SKIP LOCKED))
        INSERT INTO usage_days (tenant_id, day, device_seconds, picture_count)
          SELECT tenant_id, day, @DeviceSeconds, @PictureCount FROM marked {UsageSql.AddToDay}
        """;

    public Task Add(string tenantId, DateOnly day, string jobId, double deviceSeconds, int pictureCount, CancellationToken cancellation)
    {
        var parameters = UsageSql.Parameters(tenantId, day, jobId, deviceSeconds, pictureCount);
        var command = new CommandDefinition(CountOnce, parameters, cancellationToken: cancellation);
        return database.Do(connection => connection.ExecuteAsync(command), cancellation);
    }

    public Task<UsageOfDay> Read(string tenantId, DateOnly day, CancellationToken cancellation)
    {
        var command = new CommandDefinition(UsageSql.Read, new { TenantId = tenantId, Day = UsageSql.Text(day) }, cancellationToken: cancellation);
        return database.Do(
            async connection =>
            {
                var (deviceSeconds, pictureCount) = await connection.QuerySingleOrDefaultAsync<(double, long)>(command);
                return new UsageOfDay(tenantId, day, deviceSeconds, pictureCount);
            },
            cancellation);
    }
}
