namespace OrleansDiffusion.Storage;

/// <summary>What each tenant used, per day.</summary>
public interface IUsageStore
{
    /// <summary>Adds a job's use once: repeating it for the same job changes nothing.</summary>
    Task Add(string tenantId, DateOnly day, string jobId, double deviceSeconds, int pictureCount, CancellationToken cancellation);

    Task<UsageOfDay> Read(string tenantId, DateOnly day, CancellationToken cancellation);
}

public sealed record UsageOfDay(string TenantId, DateOnly Day, double DeviceSeconds, long PictureCount);
