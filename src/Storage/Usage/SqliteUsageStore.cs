using Dapper;

namespace OrleansDiffusion.Storage;

/// <summary>Usage per tenant and day in the node's own database file.</summary>
public sealed class SqliteUsageStore(SqliteDatabase database) : IUsageStore
{
    public Task Add(string tenantId, DateOnly day, string jobId, double deviceSeconds, int pictureCount, CancellationToken cancellation)
    {
        var parameters = UsageSql.Parameters(tenantId, day, jobId, deviceSeconds, pictureCount);
        return database.Write(
            connection =>
            {
                if (connection.Execute(UsageSql.Mark, parameters) == 0) return false;
                connection.Execute(UsageSql.Sum, parameters);
                connection.Execute(UsageSql.Forget, parameters);
                return true;
            },
            cancellation);
    }

    public Task<UsageOfDay> Read(string tenantId, DateOnly day, CancellationToken cancellation) => database.Read(
        connection =>
        {
            var (deviceSeconds, pictureCount) = connection.QuerySingleOrDefault<(double, long)>(
                UsageSql.Read, new { TenantId = tenantId, Day = UsageSql.Text(day) });
            return new UsageOfDay(tenantId, day, deviceSeconds, pictureCount);
        },
        cancellation);
}
