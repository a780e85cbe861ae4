using Orleans.Concurrency;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>Quotas and usage of one tenant. Keyed by tenant id.</summary>
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Counts a job in, or says why not. Counting the same job twice counts it once.</summary>
    Task<TenantAdmission> Admit(string jobId, double costSeconds);

    /// <summary>Counts it out, with what it really used.</summary>
    Task Finished(string jobId, double deviceSeconds, int pictureCount);

    [AlwaysInterleave]
    Task<TenantView> View();
}

[GenerateSerializer]
public sealed record TenantAdmission([property: Id(0)] Refusal? Refused, [property: Id(1)] double Weight);

[GenerateSerializer]
public sealed record TenantView(
    [property: Id(0)] string TenantId,
    [property: Id(1)] int UnfinishedCount,
    [property: Id(2)] double DeviceSecondsToday,
    [property: Id(3)] long PicturesToday);
